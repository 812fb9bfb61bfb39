#pragma once

#include "core/sandbox/sandbox_state.h"

#include <QWidget>

namespace ui {

/// The stages of a start: done, under way, to come.
class StageList : public QWidget
{
    Q_OBJECT

public:
    explicit StageList(QWidget *parent = nullptr);

    void show(core::LaunchStage stage, const QString &detail);
    [[nodiscard]] QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    core::LaunchStage m_stage = core::LaunchStage::Image;
    QString m_detail;
};

} // namespace ui
