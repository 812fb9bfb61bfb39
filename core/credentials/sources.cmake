set(part_sources
    collect.h collect.cpp
    keychain_store.h keychain_store.cpp
    memory_store.h memory_store.cpp
    secret_store.h
    secret_text.h secret_text.cpp
)
find_package(Qt6Keychain REQUIRED GLOBAL)
target_link_libraries(core PRIVATE Qt6Keychain::Qt6Keychain)
