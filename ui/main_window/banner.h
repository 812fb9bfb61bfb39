#pragma once

#include "core/result.h"
#include "ui/style/theme.h"

#include <QWidget>

#include <functional>

class QHBoxLayout;
class QLabel;
class QPushButton;

namespace ui {

/// One way on from a banner.
struct BannerAction
{
    QString text;
    std::function<void()> run;
};

/// A line across a page: what happened, why, what to do next, with buttons. Hidden until it has
/// something to say.
class Banner : public QWidget
{
    Q_OBJECT

public:
    explicit Banner(QWidget *parent = nullptr);

    void show(
        Tone tone, const QString &title, const QString &text, const QList<BannerAction> &actions);
    void show(const core::Error &error, const QList<BannerAction> &actions);
    void dismiss();
    [[nodiscard]] QString text() const;

private:
    QLabel *m_title;
    QLabel *m_text;
    QHBoxLayout *m_buttons;
    QList<QPushButton *> m_shown;
};

} // namespace ui
