set(part_sources
    config.h config.cpp
    config_file.h config_file.cpp
    config_keys.h config_keys.cpp
    write_file.h write_file.cpp
)
