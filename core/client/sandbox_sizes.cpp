#include "core/client/sandbox_sizes.h"

#include "core/client/file_lock.h"
#include "core/client/sandbox_folder.h"
#include "core/client/sandboxes.h"
#include "core/client/warden_client.h"
#include "core/config/write_file.h"
#include "core/warden/suspend_image.h"

#include <QDir>
#include <QJsonDocument>

using namespace Qt::StringLiterals;

namespace core {
namespace {

constexpr int growPatienceMs = 1'300'000; // two file systems, each as long as the warden waits

Result<SizeAnswer> changeOff(const Paths &paths, const SandboxId &id, const SizeChange &change)
{
    const QString folder = paths.sandbox(id.value);
    if (!QDir(folder).exists())
        return std::unexpected(Error{Error::Kind::NoSuchSandbox, id.value});
    // No warden starts before the file is written.
    const auto lock = FileLock::take(folder + u"/lock"_s);
    if (!lock)
        return std::unexpected(
            Error{Error::Kind::StateConflict, u"the sandbox starts or stops just now"_s});
    const auto machine =
        SuspendImage::isThere(folder) ? PresentMachine::Suspended : PresentMachine::None;
    const auto wanted = readSettings(paths, id).and_then(
        [&](const SandboxSettings &settings) { return resized(settings, change, machine); });
    if (!wanted)
        return std::unexpected(wanted.error());
    const auto written =
        writeFile(folder + u"/sandbox.json"_s, QJsonDocument(toJson(*wanted)).toJson());
    if (!written)
        return std::unexpected(written.error());
    return answerTo(change, machine);
}

} // namespace

Future<SizeAnswer> changeSizes(Sandboxes &sandboxes, const SandboxId &id, const SizeChange &change)
{
    if (!isHeld(sandboxes.paths(), id))
        return ready(changeOff(sandboxes.paths(), id, change));
    return sandboxes.warden(id)
        ->call(u"resize"_s, toJson(change), growPatienceMs)
        .then(&sandboxes, [](const Result<QJsonObject> &answer) -> Result<SizeAnswer> {
            if (!answer)
                return std::unexpected(answer.error());
            return sizeAnswerFromJson(*answer);
        });
}

} // namespace core
