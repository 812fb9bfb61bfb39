#include "core/warden/host_git.h"

#include "core/warden/run_program.h"

#include <memory>

using namespace Qt::StringLiterals;

namespace core {
namespace {

constexpr int patienceMs = 5'000;

struct Answers
{
    sync::GitAnswer head;
    sync::GitAnswer commit;
    sync::GitAnswer refs;
};

QJsonObject toJson(const sync::GitRefs &found)
{
    QJsonObject refs;
    for (const auto &[name, object] : found.refs)
        refs[QString::fromStdString(name)] = QString::fromStdString(object);
    if (found.branch.empty() && found.commit.empty() && refs.isEmpty())
        return {};
    return {{u"branch"_s, QString::fromStdString(found.branch)},
        {u"commit"_s, QString::fromStdString(found.commit)},
        {u"refs"_s, refs}};
}

} // namespace

Future<sync::GitAnswer> askGit(QObject *context,
    sync::GitStep step,
    const QString &workspace,
    int patienceMs,
    const QString &bundlePath)
{
    ProgramRequest request{
        .argv = {u"git"_s}, .withoutPrefix = u"GIT_"_s, .patienceMs = patienceMs};
    for (const auto &argument :
        sync::gitArguments(step, workspace.toStdString(), bundlePath.toStdString()))
        request.argv << QString::fromStdString(argument);
    for (const auto &[name, value] : sync::gitEnvironment())
        request.environment << QString::fromStdString(name + '=' + value);
    return runProgram(context, request)
        .then(context, [](const Result<ProgramOutput> &ran) -> Result<sync::GitAnswer> {
            if (!ran)
                return std::unexpected(ran.error());
            return sync::GitAnswer{.exitStatus = ran->exitCode,
                .output = ran->output.toStdString(),
                .errors = ran->error.toStdString()};
        });
}

Future<QJsonObject> readRepository(QObject *context, const QString &workspace)
{
    // Shared by the steps, which run one after another.
    const auto answers = std::make_shared<Answers>();
    const auto ask = [=](sync::GitStep step, sync::GitAnswer Answers::*member) {
        return askGit(context, step, workspace, patienceMs)
            .then(context, [answers, member](const Result<sync::GitAnswer> &answer) -> Result<> {
                if (answer)
                    (*answers).*member = *answer;
                return {};
            });
    };
    return steps(context, ask(sync::GitStep::Head, &Answers::head))
        .then([ask] { return ask(sync::GitStep::Commit, &Answers::commit); })
        .then([ask] { return ask(sync::GitStep::Refs, &Answers::refs); })
        .then([answers] {
            return ready(Result<QJsonObject>(
                toJson(sync::readRefs(answers->head, answers->commit, answers->refs))));
        })
        .finally([](const Result<QJsonObject> &) {});
}

} // namespace core
