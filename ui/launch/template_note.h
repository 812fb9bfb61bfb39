#pragma once

#include "core/paths.h"
#include "ui/launch/launch_request.h"
#include "ui/launch/template_line.h"

#include <QTimer>

namespace ui {

/// The line about the template from which a sandbox of these sizes would start; looks again every
/// second.
class TemplateNote : public TemplateLine
{
    Q_OBJECT

public:
    TemplateNote(core::Paths paths, QWidget *parent);

    void look(const LaunchForm &form);

private:
    void look();

    core::Paths m_paths;
    LaunchForm m_form;
    QTimer m_timer;
};

} // namespace ui
