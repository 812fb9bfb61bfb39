#pragma once

#include "core/client/known_acceleration.h"

#include <QWidget>

class QCheckBox;
class QLabel;

namespace ui {

/// Asks whether machines may run in software emulation; hidden where that was accepted before or
/// is not needed.
class EmulationConsent : public QWidget
{
    Q_OBJECT

public:
    explicit EmulationConsent(const core::Paths &paths, QWidget *parent = nullptr);

    void show(const core::KnownAcceleration &known);
    [[nodiscard]] bool isGiven() const;
    /// Nothing can start without it.
    [[nodiscard]] bool isMissing() const;

signals:
    void changed();

private:
    core::KnownAcceleration m_known;
    bool m_accepted = false; ///< before, in config.toml
    QLabel *m_note;
    QCheckBox *m_box;
};

} // namespace ui
