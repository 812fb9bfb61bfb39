#include "core/sandbox/file_census.h"

#include "core/sandbox/disk_record.h"

#include <QDirIterator>
#include <QFile>
#include <QSet>

#include <optional>
#include <sys/stat.h>

namespace core {
namespace {

std::optional<struct stat> factsOf(const QString &file)
{
    struct stat facts = {};
    if (::lstat(QFile::encodeName(file).constData(), &facts) != 0)
        return std::nullopt;
    return facts;
}

FileCensus::Identity identityOf(const struct stat &facts)
{
    return {quint64(facts.st_dev), quint64(facts.st_ino)};
}

} // namespace

FileCensus::FileCensus(const QString &directory)
{
    QDirIterator files(
        directory, QDir::Files | QDir::Hidden | QDir::System, QDirIterator::Subdirectories);
    while (files.hasNext()) {
        const auto facts = factsOf(files.next());
        if (!facts)
            continue; // gone meanwhile
        auto &entry = m_entries[identityOf(*facts)];
        entry.bytes = bytesOnDisk(*facts);
        entry.names = quint64(facts->st_nlink);
        ++entry.namesHere;
    }
}

qint64 FileCensus::own() const
{
    qint64 bytes = 0;
    for (const auto &entry : m_entries)
        if (entry.isOwn())
            bytes += entry.bytes;
    return bytes;
}

qint64 FileCensus::own(const QStringList &files) const
{
    return sum(files, true);
}

qint64 FileCensus::linked(const QStringList &files) const
{
    return sum(files, false);
}

QHash<FileCensus::Identity, qint64> FileCensus::linked() const
{
    QHash<Identity, qint64> all;
    for (auto entry = m_entries.begin(); entry != m_entries.end(); ++entry)
        if (!entry->isOwn())
            all.insert(entry.key(), entry->bytes);
    return all;
}

qint64 FileCensus::sum(const QStringList &files, bool own) const
{
    QSet<Identity> wanted;
    for (const auto &file : files)
        if (const auto facts = factsOf(file))
            wanted.insert(identityOf(*facts));
    qint64 bytes = 0;
    for (const auto &identity : std::as_const(wanted))
        if (const auto entry = m_entries.constFind(identity);
            entry != m_entries.end() && entry->isOwn() == own)
            bytes += entry->bytes;
    return bytes;
}

} // namespace core
