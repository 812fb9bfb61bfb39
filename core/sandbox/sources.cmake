set(part_sources)
