#pragma once

#include "core/paths.h"
#include "core/sandbox/sandbox_id.h"

#include <QByteArray>
#include <QSettings>

namespace ui {

/// What the window remembers from one start to the next; in `desktop.ini` beside config.toml.
class WindowMemory
{
public:
    explicit WindowMemory(const core::Paths &paths);

    [[nodiscard]] QByteArray geometry() const;
    void keepGeometry(const QByteArray &geometry);
    [[nodiscard]] QByteArray splitter() const;
    void keepSplitter(const QByteArray &state);
    [[nodiscard]] core::SandboxId selected() const;
    void keepSelected(const core::SandboxId &id);

private:
    QSettings m_file;
};

} // namespace ui
