#pragma once

#include "core/tree/entry.h"

#include <QString>

/// Reads a tree from the notation of the tables: "-" absent, F1 and F2 files, F1x executable, L>
/// and L/ a relative and an absolute link, U untracked, P problem, D{name:…,name:…} a directory.
core::tree::EntryPtr parse(const QString &text);
/// The notation of a tree.
QString text(const core::tree::EntryPtr &entry);
