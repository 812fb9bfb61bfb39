#include "ui/terminal/paste_question.h"

#include "ui/text/describe.h"

#include <QLocale>
#include <QPushButton>

using namespace Qt::StringLiterals;

namespace ui {

namespace {

constexpr int shownLines = 5;
constexpr int shownColumns = 80;

QString beginning(const QString &clean)
{
    QStringList lines =
        clean.split(u'\r', Qt::SkipEmptyParts)
            .first(qMin<qsizetype>(shownLines, clean.split(u'\r', Qt::SkipEmptyParts).size()));
    for (QString &line : lines) {
        if (line.size() > shownColumns)
            line = line.left(shownColumns) + u'…';
    }
    if (pasteLines(clean) > shownLines)
        lines.append(u"…"_s);
    return lines.join(u'\n');
}

} // namespace

PasteQuestion::PasteQuestion(const QString &clean, PasteRisk risk, QWidget *parent)
    : QMessageBox(parent)
{
    setObjectName(u"pasteQuestion"_s);
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Paste"));
    setIcon(QMessageBox::Question);
    setTextFormat(Qt::PlainText);
    const bool large = risk == PasteRisk::Large;
    setText(large ? tr("Paste %1 of text?").arg(describeBytes(clean.toUtf8().size()))
                  : tr("Paste %1 lines?").arg(QLocale().toString(pasteLines(clean))));
    setInformativeText(
        (large ? tr("So much text may keep the program busy for a while.")
               : tr("The program takes each line as if you typed it and pressed Enter.")) +
        u"\n\n"_s + beginning(clean));
    const auto offer = [this](const QString &name, const QString &label, const QString &text) {
        QPushButton *button = addButton(label, QMessageBox::AcceptRole);
        button->setObjectName(name);
        connect(button, &QPushButton::clicked, this, [this, text] { emit accepted(text); });
    };
    offer(u"pasteAll"_s, tr("Paste"), clean);
    if (!large)
        offer(u"pasteOneLine"_s, tr("Paste as one line"), asOneLine(clean));
    QPushButton *cancel = addButton(tr("Cancel"), QMessageBox::RejectRole);
    cancel->setObjectName(u"pasteCancel"_s);
    setDefaultButton(cancel);
    setEscapeButton(cancel);
}

} // namespace ui
