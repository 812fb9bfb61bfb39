set(part_sources
    ../paths.h ../paths.cpp
    disk_layers.h disk_layers.cpp
    disk_record.h disk_record.cpp
    file_census.h file_census.cpp
    snapshot.h snapshot.cpp
    size_change.h size_change.cpp
    sandbox_id.h sandbox_id.cpp
    sandbox_settings.h sandbox_settings.cpp
    sandbox_state.h sandbox_state.cpp
    workspace.cpp)
