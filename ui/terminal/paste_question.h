#pragma once

#include "ui/terminal/paste_text.h"

#include <QMessageBox>

namespace ui {

/// Asks before text goes to a program that may not be meant to have it; shows how it begins.
class PasteQuestion : public QMessageBox
{
    Q_OBJECT

public:
    /// `clean` as by cleanedPaste(); `risk` is not None.
    PasteQuestion(const QString &clean, PasteRisk risk, QWidget *parent);

signals:
    void accepted(const QString &text); ///< what is to be pasted
};

} // namespace ui
