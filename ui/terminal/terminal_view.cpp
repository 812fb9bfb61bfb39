#include "ui/terminal/terminal_view.h"

#include "ui/terminal/key_filter.h"
#include "ui/terminal/paste_question.h"
#include "ui/terminal/pty_feed.h"
#include "ui/terminal/terminal_accessible.h"

#include <QAccessible>
#include <QApplication>
#include <QBuffer>
#include <QClipboard>
#include <QDesktopServices>
#include <QDialog>
#include <QDropEvent>
#include <QEvent>
#include <QFontDatabase>
#include <QMenu>
#include <QMimeData>
#include <QPlainTextEdit>
#include <QUrl>
#include <QVBoxLayout>
#include <qtermwidget6/qtermwidget.h>

#include <chrono>
#include <sys/ioctl.h>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace ui {

namespace {

constexpr int scrollbackLines = 10'000;
constexpr qsizetype feedHighBytes = 1 << 20;
constexpr qsizetype feedLowBytes = 256 << 10;
constexpr qsizetype earlyBytes = 64 << 10;
constexpr int usualPointSize = 11;

/// The paths of a drag as words for a shell, when all of them lie in the workspace; else nothing.
QString typedPaths(const QMimeData &mime, const QString &workspace)
{
    QStringList words;
    for (const QUrl &url : mime.urls()) {
        const QString path = url.toLocalFile();
        if (!path.startsWith(workspace + u'/'))
            return {};
        words.append(shellQuoted(path));
    }
    return words.join(u' ');
}

void chopBlanks(QString &line)
{
    while (line.endsWith(u' '))
        line.chop(1);
}

} // namespace

TerminalView::TerminalView(QString workspace, QWidget *parent)
    : QWidget(parent)
    , m_workspace(std::move(workspace))
{
    makeTerminalsReadable();
    buildWidget();
    connectKeys();
    m_feed = std::make_unique<PtyFeed>(m_widget->getPtySlaveFd());
    connect(m_feed.get(), &PtyFeed::shrunk, this, [this](qsizetype pending) {
        if (m_session && pending < feedLowBytes)
            m_session->setReading(true);
        if (QAccessible::isActive() && !m_announceTimer.isActive())
            m_announceTimer.start();
    });
    m_sizeTimer.setSingleShot(true);
    m_sizeTimer.setInterval(50ms);
    connect(&m_sizeTimer, &QTimer::timeout, this, &TerminalView::reportSize);
    m_announceTimer.setSingleShot(true);
    m_announceTimer.setInterval(200ms);
    connect(&m_announceTimer, &QTimer::timeout, this, &TerminalView::announceOutput);
    m_replayTimer.setInterval(60ms);
    connect(&m_replayTimer, &QTimer::timeout, this, [this] {
        if (m_feed->pending() > 0)
            return;
        m_replaying = false;
        m_replayTimer.stop();
    });
}

TerminalView::~TerminalView() = default;

void TerminalView::buildWidget()
{
    m_widget = new QTermWidget(0, this);
    m_widget->setObjectName(u"terminalWidget"_s);
    m_widget->setAccessibleName(tr("Terminal"));
    m_widget->setHistorySize(scrollbackLines);
    m_widget->setScrollBarPosition(QTermWidget::ScrollBarRight);
    m_widget->setMargin(8);
    m_widget->setFlowControlEnabled(false);
    m_widget->setBlinkingCursor(QApplication::cursorFlashTime() > 0);
    m_widget->setTerminalSizeHint(false);
    zoom(0);
    // Dark in a light window too: agents cannot ask for the ground and are set up for a dark one.
    m_widget->setColorScheme(u":/paddock/terminal/dark.colorscheme"_s);
    m_widget->startTerminalTeletype();
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->addWidget(m_widget);
    for (QWidget *child : m_widget->findChildren<QWidget *>()) {
        if (QByteArrayView(child->metaObject()->className()).contains("TerminalDisplay"))
            m_display = child;
    }
    Q_ASSERT(m_display);
    m_display->setObjectName(u"terminalDisplay"_s);
    m_display->setAccessibleName(tr("Terminal"));
    // Its own drop handling types paths of the host; ours knows which of them exist in the sandbox.
    m_display->setAcceptDrops(false);
    setAcceptDrops(true);
    setFocusProxy(m_display);
}

void TerminalView::connectKeys()
{
    m_keys = new KeyFilter(this);
    m_display->installEventFilter(m_keys);
    connect(m_keys, &KeyFilter::newLineAsked, this, [this] { send("\x1b\r"); });
    connect(m_keys, &KeyFilter::pasteSelectionAsked, this, [this] {
        pasteText(QApplication::clipboard()->text(QClipboard::Selection));
    });
    // Whoever types means the program of now.
    connect(m_keys, &KeyFilter::pressed, this, [this] { m_replaying = false; });
    connect(m_keys, &KeyFilter::resized, &m_sizeTimer, qOverload<>(&QTimer::start));
    connect(m_widget, &QTermWidget::sendData, this, [this](const char *bytes, int size) {
        if (!m_replaying) // answers to questions in old output are not for the program of now
            send(QByteArray(bytes, size));
    });
    connect(m_widget, &QTermWidget::urlActivated, this, [](const QUrl &url, bool) {
        if (url.scheme() == "https"_L1 || url.scheme() == "http"_L1)
            QDesktopServices::openUrl(url);
    });
    m_widget->setContextMenuPolicy(Qt::CustomContextMenu);
    connect(m_widget, &QWidget::customContextMenuRequested, this, &TerminalView::showMenu);
}

void TerminalView::show(std::shared_ptr<core::TerminalSession> session)
{
    if (m_session)
        m_session->disconnect(this);
    m_session = std::move(session);
    connectSession();
    if (!m_early.isEmpty())
        m_session->write(std::exchange(m_early, {}));
    m_sizeTimer.start();
}

void TerminalView::connectSession()
{
    const core::TerminalSession *session = m_session.get();
    const auto take = [this](const QByteArray &bytes) {
        m_feed->append(bytes);
        if (m_feed->pending() > feedHighBytes)
            m_session->setReading(false);
    };
    connect(session, &core::TerminalSession::output, this, take);
    connect(session, &core::TerminalSession::errorOutput, this, take);
    connect(session, &core::TerminalSession::replaying, this, [this] {
        m_replaying = true;
        m_replayTimer.stop();
    });
    connect(session, &core::TerminalSession::live, this, [this] { m_replayTimer.start(); });
    connect(session, &core::TerminalSession::exited, this, &TerminalView::exited);
    connect(session, &core::TerminalSession::detached, this, &TerminalView::detached);
}

int TerminalView::columns() const
{
    return qMax(20, m_widget->screenColumnsCount());
}

int TerminalView::rows() const
{
    return qMax(5, m_widget->screenLinesCount());
}

void TerminalView::copy()
{
    QStringList lines = m_widget->selectedText(true).split(u'\n');
    for (QString &line : lines)
        chopBlanks(line);
    if (const QString text = lines.join(u'\n'); !text.isEmpty())
        QApplication::clipboard()->setText(text);
}

void TerminalView::paste()
{
    pasteText(QApplication::clipboard()->text());
}

void TerminalView::pasteText(const QString &text)
{
    const QString clean = cleanedPaste(text);
    if (clean.isEmpty())
        return;
    QString probe = u"x"_s;
    m_widget->bracketText(probe);
    const PasteRisk risk =
        pasteRisk(clean, probe.size() > 1 ? PasteTaker::OnePiece : PasteTaker::LineByLine);
    if (risk == PasteRisk::None) {
        sendPaste(clean);
        return;
    }
    auto *question = new PasteQuestion(clean, risk, this);
    connect(question, &PasteQuestion::accepted, this, &TerminalView::sendPaste);
    question->open();
}

void TerminalView::sendPaste(QString clean)
{
    m_widget->bracketText(clean);
    send(clean.toUtf8());
}

void TerminalView::find()
{
    m_widget->toggleShowSearchBar();
}

void TerminalView::clearScrollback()
{
    m_widget->setHistorySize(0);
    m_widget->setHistorySize(scrollbackLines);
}

void TerminalView::zoom(int steps)
{
    m_pointSize = steps == 0 ? usualPointSize : qBound(6, m_pointSize + steps, 40);
    QFont font = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    font.setStyleHint(QFont::Monospace);
    font.setPointSize(m_pointSize);
    m_widget->setTerminalFont(font);
    m_sizeTimer.start();
}

QString TerminalView::text() const
{
    QBuffer buffer;
    buffer.open(QIODevice::ReadWrite);
    m_widget->saveHistory(&buffer);
    QStringList lines = QString::fromUtf8(buffer.data()).split(u'\n');
    for (QString &line : lines)
        chopBlanks(line);
    while (!lines.isEmpty() && lines.last().isEmpty())
        lines.removeLast();
    return lines.join(u'\n');
}

void TerminalView::showAsText()
{
    auto *dialog = new QDialog(this);
    dialog->setObjectName(u"outputText"_s);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(tr("Output as text"));
    dialog->resize(size());
    auto *lines = new QPlainTextEdit(text(), dialog);
    lines->setObjectName(u"outputTextLines"_s);
    lines->setAccessibleName(dialog->windowTitle());
    lines->setReadOnly(true);
    lines->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    lines->setFont(m_widget->getTerminalFont());
    lines->setLineWrapMode(QPlainTextEdit::NoWrap);
    lines->moveCursor(QTextCursor::End);
    auto *layout = new QVBoxLayout(dialog);
    layout->addWidget(lines);
    dialog->open();
}

void TerminalView::announceOutput()
{
    const QString now = text();
    if (now.size() > m_announced.size() && now.startsWith(m_announced)) {
        QAccessibleTextInsertEvent event(
            m_display, int(m_announced.size()), now.mid(m_announced.size()));
        QAccessible::updateAccessibility(&event);
    }
    m_announced = now;
}

void TerminalView::dragEnterEvent(QDragEnterEvent *event)
{
    if (!typedPaths(*event->mimeData(), m_workspace).isEmpty())
        event->acceptProposedAction();
    else
        event->ignore(); // the window may want it
}

void TerminalView::dropEvent(QDropEvent *event)
{
    pasteText(typedPaths(*event->mimeData(), m_workspace));
    event->acceptProposedAction();
}

void TerminalView::focusInEvent(QFocusEvent *event)
{
    m_display->setFocus(event->reason());
}

void TerminalView::send(const QByteArray &bytes)
{
    if (m_session)
        m_session->write(bytes);
    else if (m_early.size() < earlyBytes) // nothing is lost that is typed while it opens
        m_early += bytes;
}

void TerminalView::reportSize()
{
    winsize size{};
    if (m_session && ioctl(m_widget->getPtySlaveFd(), TIOCGWINSZ, &size) == 0 && size.ws_col > 0 &&
        size.ws_row > 0)
        m_session->resize(size.ws_col, size.ws_row);
}

void TerminalView::showMenu(const QPoint &position)
{
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    QAction *copyAction = menu->addAction(tr("Copy"), this, &TerminalView::copy);
    copyAction->setEnabled(!m_widget->selectedText().isEmpty());
    QAction *pasteAction = menu->addAction(tr("Paste"), this, &TerminalView::paste);
    pasteAction->setEnabled(!QApplication::clipboard()->text().isEmpty());
    menu->addSeparator();
    menu->addAction(tr("Find…"), this, &TerminalView::find);
    menu->addAction(tr("Output as text…"), this, &TerminalView::showAsText);
    menu->addAction(tr("Clear scrollback"), this, &TerminalView::clearScrollback);
    menu->popup(m_widget->mapToGlobal(position));
}

} // namespace ui
