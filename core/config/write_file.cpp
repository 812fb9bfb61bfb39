#include "core/config/write_file.h"

#include <QFile>
#include <QSaveFile>

using namespace Qt::StringLiterals;

namespace core {

Result<> writeFile(const QString &path, const QByteArray &content)
{
    QSaveFile file(path);
    if (!file.open(QFile::WriteOnly) ||
        !file.setPermissions(QFile::ReadOwner | QFile::WriteOwner) ||
        file.write(content) != content.size() || !file.commit())
        return std::unexpected(
            Error{Error::Kind::Failed, u"%1: %2"_s.arg(path, file.errorString())});
    return {};
}

} // namespace core
