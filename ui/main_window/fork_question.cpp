#include "ui/main_window/fork_question.h"

#include <QCoreApplication>
#include <QInputDialog>

using namespace Qt::StringLiterals;

namespace ui {

namespace {

constexpr int mostForks = 32;
constexpr int usual = 2;

} // namespace

void askForks(QWidget *parent, const std::function<void(int)> &chosen)
{
    auto *question = new QInputDialog(parent);
    question->setObjectName(u"forkQuestion"_s);
    question->setAttribute(Qt::WA_DeleteOnClose);
    question->setWindowTitle(QCoreApplication::translate("ForkQuestion", "Fork the sandbox"));
    question->setLabelText(QCoreApplication::translate("ForkQuestion",
        "Each copy goes on from this very moment, on its own copy of the folder.\nNothing of it "
        "reaches your folder until you bring it over.\n\nHow many copies?"));
    question->setOkButtonText(QCoreApplication::translate("ForkQuestion", "Fork"));
    question->setInputMode(QInputDialog::IntInput);
    question->setIntRange(1, mostForks);
    question->setIntValue(usual);
    QObject::connect(question, &QInputDialog::intValueSelected, parent, chosen);
    question->open();
}

} // namespace ui
