set(part_sources
    connection_record.h connection_record.cpp
    sandbox_status.h sandbox_status.cpp
    error_kind.h error_kind.cpp
    explain.h explain.cpp
    local_socket.h local_socket.cpp
    warden_client.h warden_client.cpp
    terminal_session.h terminal_session.cpp
    file_lock.h file_lock.cpp
    forks.h forks.cpp
    running_fork.h running_fork.cpp
    patch.h patch.cpp
    printable.h printable.cpp
    sandbox_folder.h sandbox_folder.cpp
    spawn.h spawn.cpp
    warden_process.h warden_process.cpp
    known_acceleration.h known_acceleration.cpp
    sandbox_rules.h sandbox_rules.cpp
    disk_report.h disk_report.cpp
    sandbox_sizes.h sandbox_sizes.cpp
    sandbox_snapshots.h sandbox_snapshots.cpp
    sandboxes.h sandboxes.cpp sandboxes_p.h sandbox_watch.cpp
)
