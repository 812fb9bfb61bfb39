#include "ui/main_window/window_memory.h"

using namespace Qt::StringLiterals;

namespace ui {

namespace {

constexpr auto geometryKey = "window/geometry"_L1;
constexpr auto splitterKey = "window/splitter"_L1;
constexpr auto selectedKey = "window/selected"_L1;

} // namespace

WindowMemory::WindowMemory(const core::Paths &paths)
    : m_file(paths.config + u"/desktop.ini"_s, QSettings::IniFormat)
{
    core::makePrivateDirectory(paths.config);
}

QByteArray WindowMemory::geometry() const
{
    return m_file.value(geometryKey).toByteArray();
}

void WindowMemory::keepGeometry(const QByteArray &geometry)
{
    m_file.setValue(geometryKey, geometry);
}

QByteArray WindowMemory::splitter() const
{
    return m_file.value(splitterKey).toByteArray();
}

void WindowMemory::keepSplitter(const QByteArray &state)
{
    m_file.setValue(splitterKey, state);
}

core::SandboxId WindowMemory::selected() const
{
    return {m_file.value(selectedKey).toString()};
}

void WindowMemory::keepSelected(const core::SandboxId &id)
{
    m_file.setValue(selectedKey, id.value);
}

} // namespace ui
