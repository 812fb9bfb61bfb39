#include "app/cli/review.h"

#include "app/cli/console.h"
#include "app/cli/running.h"
#include "core/client/warden_client.h"

#include <QDir>
#include <QJsonArray>

using namespace Qt::StringLiterals;
using core::Error;

namespace cli {

namespace {

constexpr int patienceMs = 300'000; // a large folder, emulated

core::Result<QJsonArray> relativePaths(
    const QString &workspace, const std::vector<std::string> &paths)
{
    const QDir root(workspace);
    const QString here = QDir::currentPath();
    const bool inside = here == workspace || here.startsWith(workspace + u'/');
    QJsonArray relative;
    for (const std::string &path : paths) {
        const QDir from(inside ? here : workspace);
        const QString given = QString::fromStdString(path);
        const QString whole = QDir::cleanPath(from.absoluteFilePath(given));
        if (whole == workspace)
            return QJsonArray(); // all of it
        if (!whole.startsWith(workspace + u'/'))
            return std::unexpected(
                Error{Error::Kind::Usage, u"%1 is not in %2"_s.arg(given, workspace)});
        relative.append(root.relativeFilePath(whole));
    }
    return relative;
}

} // namespace

core::Future<QJsonObject> askReview(Cli &cli,
    const core::SandboxStatus &sandbox,
    const QString &method,
    const std::vector<std::string> &paths,
    QJsonObject parameters)
{
    using Answer = core::Result<QJsonObject>;
    const auto chosen = relativePaths(sandbox.settings.workspace, paths);
    if (!chosen)
        return core::ready(Answer(std::unexpected(chosen.error())));
    if (!sandbox.settings.origin)
        return core::ready(Answer(std::unexpected(Error{Error::Kind::StateConflict,
            u"%1 is no fork of a running sandbox: its files are kept equal with the folder"_s.arg(
                sandbox.settings.name)})));
    parameters.insert("paths"_L1, *chosen);
    return core::steps(&cli, ensureRunning(cli, sandbox))
        .then([&cli, id = sandbox.settings.id, method, parameters] {
            return cli.sandboxes().warden(id)->call(method, parameters, patienceMs);
        })
        .finally([](const Answer &) {});
}

QString reviewLine(const QJsonObject &item)
{
    const auto text = [&item](QLatin1StringView key) { return item.value(key).toString(); };
    const QString line =
        text("change"_L1).leftJustified(9) + u' ' + printable(text("path"_L1)).replace(u'\n', u' ');
    if (!item.value("conflict"_L1).toBool())
        return line;
    const QString host = text("host"_L1);
    return line + u" (%1 on this computer)"_s.arg(
                      host.isEmpty() ? u"what holds it was changed"_s : u"also "_s + host);
}

} // namespace cli
