#include "core/warden/guest_part.h"

#include <QCoreApplication>
#include <QFileInfo>

using namespace Qt::StringLiterals;

namespace core {

QString guestPart()
{
    const auto own = QCoreApplication::applicationDirPath();
    const auto beside = own + u"/guest.cpio"_s;
    const auto chosen = qEnvironmentVariable("PADDOCK_GUEST");
    for (const auto &path : {chosen, beside, own + u"/../share/paddock/guest.cpio"_s}) {
        if (!path.isEmpty() && QFileInfo::exists(path))
            return QFileInfo(path).absoluteFilePath();
    }
    return beside;
}

} // namespace core
