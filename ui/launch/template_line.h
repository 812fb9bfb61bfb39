#pragma once

#include "core/warden/template_progress.h"

#include <QWidget>

#include <optional>

class QLabel;
class QProgressBar;

namespace ui {

/// A quiet line about the template that is made in the background, from which new sandboxes will
/// start at once: how far it is, or that it was not made. Hidden when there is nothing to say.
class TemplateLine : public QWidget
{
    Q_OBJECT

public:
    explicit TemplateLine(QWidget *parent = nullptr);

    void show(const std::optional<core::TemplateProgress> &progress);

private:
    QProgressBar *m_bar;
    QLabel *m_text;
};

} // namespace ui
