#include "core/warden/git_snapshot.h"

#include "core/warden/host_git.h"

#include <QFile>
#include <QJsonArray>

#include <memory>

using namespace Qt::StringLiterals;

namespace core {
namespace {

constexpr int patienceMs = 10 * 60'000; // a bundle of a large history

/// What is asked and answered on the way to a snapshot.
struct Inquiry
{
    QString workspace;
    QString bundlePath;
    sync::GitAnswers answers;
    sync::GitSetup setup;
    GitSnapshot snapshot;
};

Future<sync::GitAnswer> ask(QObject *context, sync::GitStep step, const Inquiry &inquiry)
{
    return askGit(context, step, inquiry.workspace, patienceMs, inquiry.bundlePath);
}

QJsonObject configurationOf(const sync::GitSetup &setup)
{
    QJsonArray remotes;
    for (const auto &remote : setup.remotes) {
        remotes << QJsonObject{{u"name"_s, QString::fromStdString(remote.name)},
            {u"url"_s, QString::fromStdString(remote.url)}};
    }
    return {
        {u"head"_s, QString::fromStdString(setup.head)},
        {u"detached"_s, setup.detached},
        {u"userName"_s, QString::fromStdString(setup.userName)},
        {u"userEmail"_s, QString::fromStdString(setup.userEmail)},
        {u"remotes"_s, remotes},
        {u"bundle"_s, setup.bundle},
    };
}

/// Asks one thing and keeps the answer in `member` of the answers.
auto keep(QObject *context,
    const std::shared_ptr<Inquiry> &inquiry,
    sync::GitStep step,
    sync::GitAnswer sync::GitAnswers::*member)
{
    return [context, inquiry, step, member] {
        return ask(context, step, *inquiry)
            .then(context, [inquiry, member](Result<sync::GitAnswer> answer) -> Result<> {
                if (answer)
                    inquiry->answers.*member = *answer;
                return {};
            });
    };
}

Future<> makeBundle(QObject *context, const std::shared_ptr<Inquiry> &inquiry)
{
    inquiry->setup = sync::readAnswers(inquiry->answers);
    if (!inquiry->setup.bundle)
        return ready(Result<>());
    QFile::remove(inquiry->bundlePath);
    return ask(context, sync::GitStep::Bundle, *inquiry)
        .then(context, [inquiry](const Result<sync::GitAnswer> &made) -> Result<> {
            if (made && made->exitStatus == 0) {
                inquiry->snapshot.bundle = inquiry->bundlePath;
                return {};
            }
            inquiry->setup.bundle = false;
            inquiry->snapshot.notice =
                u"git could not pack the history, so the sandbox has none: %1"_s.arg(
                    made ? QString::fromStdString(made->errors).left(300) : made.error().detail);
            return {};
        });
}

Future<> takeHistory(QObject *context, const std::shared_ptr<Inquiry> &inquiry)
{
    using Step = sync::GitStep;
    using Answers = sync::GitAnswers;
    return steps(context, keep(context, inquiry, Step::Head, &Answers::head)())
        .then(keep(context, inquiry, Step::Commit, &Answers::commit))
        .then(keep(context, inquiry, Step::UserName, &Answers::userName))
        .then(keep(context, inquiry, Step::UserEmail, &Answers::userEmail))
        .then(keep(context, inquiry, Step::Remotes, &Answers::remotes))
        .then([context, inquiry] { return makeBundle(context, inquiry); })
        .finally([inquiry](const Result<> &) {
            inquiry->snapshot.configuration = configurationOf(inquiry->setup);
        });
}

} // namespace

Future<GitSnapshot> takeGitSnapshot(
    QObject *context, const QString &workspace, const QString &bundlePath, GitDepth depth)
{
    // Shared by the steps, which run one after another.
    const auto inquiry = std::make_shared<Inquiry>();
    inquiry->workspace = workspace;
    inquiry->bundlePath = bundlePath;
    return steps(context, ask(context, sync::GitStep::Probe, *inquiry))
        .then([context, inquiry, depth](const sync::GitAnswer &answer) -> Future<> {
            const auto view = sync::readProbe(inquiry->workspace.toStdString(), answer);
            inquiry->snapshot.notice = QString::fromStdString(view.notice);
            if (!view.hasHistory() || depth == GitDepth::Look)
                return ready(Result<>());
            return takeHistory(context, inquiry);
        })
        .then([inquiry] { return ready(Result<GitSnapshot>(inquiry->snapshot)); })
        .finally([](const Result<GitSnapshot> &) {});
}

} // namespace core
