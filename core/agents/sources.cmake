set(part_sources
    agent.h agent.cpp
    agent_catalog.h agent_catalog.cpp
    agent_manifest.h agent_manifest.cpp
    placeholders.h placeholders.cpp
    toml_reader.h toml_reader.cpp)
qt_add_resources(core agents PREFIX /agents BASE ${PROJECT_SOURCE_DIR}/resources/agents FILES
    ${PROJECT_SOURCE_DIR}/resources/agents/claude.toml
    ${PROJECT_SOURCE_DIR}/resources/agents/codex.toml
    ${PROJECT_SOURCE_DIR}/resources/agents/gemini.toml
    ${PROJECT_SOURCE_DIR}/resources/agents/shell.toml)
