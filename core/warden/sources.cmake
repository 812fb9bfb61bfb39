set(part_sources
    api_connection.h api_connection.cpp
    api_server.h api_server.cpp
    authority_files.h authority_files.cpp
    child_process.h child_process.cpp
    companion.h companion.cpp
    data_connection.h data_connection.cpp
    disk_users.h disk_users.cpp
    files.h files.cpp
    gateway_messages.h gateway_messages.cpp
    git_snapshot.h git_snapshot.cpp
    groundwork.h groundwork.cpp
    guest_command.h guest_command.cpp
    guest_configuration.h guest_configuration.cpp
    guest_control.h guest_control.cpp
    guest_part.h guest_part.cpp
    guest_run.h guest_run.cpp
    guest_start.h guest_start.cpp
    host_inheritance.h host_inheritance.cpp
    image_check.h image_check.cpp
    json_socket.h json_socket.cpp
    launch.h launch.cpp
    machine_plan.h machine_plan.cpp
    log_file.h log_file.cpp
    network.h network.cpp
    outcome.h
    preflight.h preflight.cpp
    run_program.h run_program.cpp
    sandbox_state_files.h sandbox_state_files.cpp
    scrollback.h scrollback.cpp
    secret_vault.h secret_vault.cpp
    status_board.h status_board.cpp
    suspend_image.h suspend_image.cpp
    template_build.h template_build.cpp
    template_cleanup.h template_cleanup.cpp
    template_progress.h template_progress.cpp
    template_warm.h template_warm.cpp
    terminal.h terminal.cpp
    terminal_filter.h terminal_filter.cpp
    terminal_sequences.h terminal_sequences.cpp
    terminals.h terminals.cpp
    vmm_error.h vmm_error.cpp
    warden.h warden.cpp warden_end.cpp warden_files.cpp warden_methods.cpp warden_suspend.cpp
    warden_programs.h
    warden_status.h warden_status.cpp)
