#include "core/client/patch.h"

#include "core/client/printable.h"
#include "core/tree/beneath.h"
#include "core/warden/run_program.h"

#include <QFile>
#include <QJsonArray>
#include <QPromise>

#include <fcntl.h>
#include <optional>

using namespace Qt::StringLiterals;

namespace core {

namespace {

constexpr qint64 largest = 1 << 20;
constexpr qsizetype lookedAt = 8000; // for a zero byte, as git does

/// The folder's file: empty where there is none, nothing where it is too large or no file.
std::optional<QByteArray> hostFile(const QString &workspace, const QString &path)
{
    const tree::Descriptor root(
        ::open(QFile::encodeName(workspace).constData(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    auto opened = tree::openFileAt(root.number(), path.toStdString());
    QFile file;
    if (!opened)
        return opened.error().code == ENOENT ? std::optional(QByteArray()) : std::nullopt;
    if (!file.open(opened->number(), QIODevice::ReadOnly) || file.size() > largest)
        return std::nullopt;
    return file.read(largest);
}

std::optional<QByteArray> forkFile(const QString &contents, const QJsonObject &item)
{
    if (item.value("change"_L1).toString() == "deleted"_L1)
        return QByteArray();
    const QString name = item.value("content"_L1).toString();
    QFile file(contents + u'/' + name);
    if (name.isEmpty() || name.contains(u'/') || !file.open(QIODevice::ReadOnly))
        return std::nullopt;
    return file.read(largest);
}

bool isText(const QByteArray &bytes)
{
    return !bytes.first(qMin(bytes.size(), lookedAt)).contains('\0');
}

QString pathOf(const QJsonObject &item)
{
    return printable(item.value("path"_L1).toString()).replace(u'\n', QChar::ReplacementCharacter);
}

QString modeOf(const QJsonObject &item)
{
    return item.value("executable"_L1).toBool() ? u"100755"_s : u"100644"_s;
}

QString headOf(const QJsonObject &item)
{
    const QString path = pathOf(item);
    const QString change = item.value("change"_L1).toString();
    QString head;
    if (item.value("conflict"_L1).toBool())
        head =
            u"# also changed on this computer since the fork; compared with what is there now\n"_s;
    head += u"diff --git a/%1 b/%1\n"_s.arg(path);
    if (change == "created"_L1)
        head += u"new file mode %1\n"_s.arg(modeOf(item));
    else if (change == "deleted"_L1)
        head += u"deleted file mode %1\n"_s.arg(modeOf(item));
    return head;
}

/// One line for what cannot be compared line by line.
QString remarkOf(const QJsonObject &item)
{
    const QString kind = item.value("kind"_L1).toString();
    if (kind == "link"_L1)
        return u"link to %1\n"_s.arg(printable(item.value("target"_L1).toString()));
    if (kind != "file"_L1)
        return kind + u'\n';
    const auto size = item.value("size"_L1).toInteger();
    return size > largest ? u"%1 bytes, too large to be shown\n"_s.arg(size)
                          : u"no text, or not there any more\n"_s;
}

bool write(const QString &path, const QByteArray &bytes)
{
    QFile file(path);
    return file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size();
}

} // namespace

PatchMaker::PatchMaker(QString workspace, const QJsonObject &review)
    : m_workspace(std::move(workspace))
    , m_contents(review.value("contentDirectory"_L1).toString())
{
    for (const QJsonValue item : review.value("items"_L1).toArray())
        m_items.append(item.toObject());
}

Future<QList<Patch>> PatchMaker::run()
{
    m_done.start();
    next();
    return m_done.future();
}

void PatchMaker::next()
{
    while (!m_items.isEmpty()) {
        Patch patch{.item = m_items.takeFirst(), .text = {}};
        patch.text = headOf(patch.item);
        const auto old = hostFile(m_workspace, patch.item.value("path"_L1).toString());
        const auto now = forkFile(m_contents, patch.item);
        const bool file = patch.item.value("kind"_L1).toString() == "file"_L1;
        if (file && old && now && isText(*old) && isText(*now))
            return compare(std::move(patch), *old, *now);
        patch.text += remarkOf(patch.item);
        m_patches.append(std::move(patch));
    }
    m_done.addResult(m_patches);
    m_done.finish();
}

void PatchMaker::compare(Patch patch, const QByteArray &old, const QByteArray &now)
{
    const QString oldFile = m_directory.filePath(u"old"_s);
    const QString newFile = m_directory.filePath(u"new"_s);
    if (!write(oldFile, old) || !write(newFile, now)) {
        m_done.addResult(
            std::unexpected(Error{Error::Kind::NotEnoughDisk, u"no room for a file to compare"_s}));
        m_done.finish();
        return;
    }
    const QString path = pathOf(patch.item);
    const QString change = patch.item.value("change"_L1).toString();
    const QString before =
        change == "created"_L1 && old.isEmpty() ? u"/dev/null"_s : u"a/"_s + path;
    const QString after = change == "deleted"_L1 ? u"/dev/null"_s : u"b/"_s + path;
    runProgram(this,
        {.argv = {u"diff"_s,
             u"-u"_s,
             u"--label"_s,
             before,
             u"--label"_s,
             after,
             u"--"_s,
             oldFile,
             newFile},
            .environment = {u"LC_ALL=C.UTF-8"_s}})
        .then(this, [this, patch = std::move(patch)](const Result<ProgramOutput> &run) mutable {
            patch.whole = run && (run->exitCode == 0 || run->exitCode == 1);
            patch.text += patch.whole ? printable(QString::fromUtf8(run->output))
                                      : u"could not be compared\n"_s;
            finish(std::move(patch));
        });
}

void PatchMaker::finish(Patch patch)
{
    const auto lines = QStringView(patch.text).split(u'\n');
    bool body = false;
    for (const QStringView line : lines) {
        patch.added += body && line.startsWith(u'+') ? 1 : 0;
        patch.removed += body && line.startsWith(u'-') ? 1 : 0;
        body = body || line.startsWith(u"@@");
    }
    m_patches.append(std::move(patch));
    next();
}

} // namespace core
