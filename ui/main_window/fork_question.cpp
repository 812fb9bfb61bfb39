#include "ui/main_window/fork_question.h"

#include "ui/style/theme.h"
#include "ui/text/tr.h"

#include <QCoreApplication>
#include <QDialog>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QSpinBox>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace ui {

namespace {

constexpr int mostForks = 32;
constexpr int usual = 2;

QSpinBox *countBox(QWidget *parent)
{
    auto *count = new QSpinBox(parent);
    count->setObjectName(u"forkCount"_s);
    count->setRange(1, mostForks);
    count->setValue(usual);
    count->selectAll();
    return count;
}

QPushButton *button(const QString &name, const QString &text, QWidget *parent)
{
    auto *button = new QPushButton(text, parent);
    button->setObjectName(name);
    return button;
}

} // namespace

void askForks(QWidget *parent, const std::function<void(int)> &chosen)
{
    auto *question = new QDialog(parent);
    question->setObjectName(u"forkQuestion"_s);
    question->setAttribute(Qt::WA_DeleteOnClose);
    question->setWindowTitle(QCoreApplication::translate("ForkQuestion", "Fork the sandbox"));
    auto *label = new QLabel(QCoreApplication::translate("ForkQuestion",
        "Each copy goes on from this very moment, on its own copy of the folder.\nNothing of it "
        "reaches your folder until you bring it over.\n\nHow many copies?"));
    auto *count = countBox(question);
    label->setBuddy(count);
    count->setAccessibleName(label->text());
    auto *cancel = button(u"forkCancel"_s, tr("Cancel"), question);
    cancel->setAutoDefault(false);
    auto *fork =
        button(u"forkSure"_s, QCoreApplication::translate("ForkQuestion", "Fork"), question);
    fork->setDefault(true);
    QObject::connect(cancel, &QPushButton::clicked, question, &QDialog::reject);
    QObject::connect(fork, &QPushButton::clicked, question, &QDialog::accept);
    QObject::connect(
        question, &QDialog::accepted, parent, [chosen, count] { chosen(count->value()); });
    auto *buttons = new QHBoxLayout;
    buttons->addStretch(1);
    buttons->addWidget(cancel);
    buttons->addWidget(fork);
    auto *layout = new QVBoxLayout(question);
    layout->setContentsMargins(gapLarge, gapLarge, gapLarge, gapLarge);
    layout->setSpacing(gap);
    layout->addWidget(label);
    layout->addWidget(count);
    layout->addLayout(buttons);
    question->open();
}

} // namespace ui
