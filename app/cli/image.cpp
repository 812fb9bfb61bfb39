#include "app/cli/cli.h"
#include "app/cli/console.h"
#include "app/cli/sizes.h"
#include "app/cli/table.h"
#include "app/cli/verbs.h"
#include "core/warden/disk_users.h"
#include "core/warden/template_warm.h"
#include "core/warden/vmm_error.h"
#include "vmm/image/image_store.h"

#include <QCoreApplication>
#include <QDir>
#include <QJsonArray>
#include <QProcess>
#include <QPromise>

using namespace Qt::StringLiterals;
using core::Error;

namespace cli {

namespace {

struct ImageOptions
{
    std::string digest;
    bool json = false;
};

/// The recipe: installed, or in the source tree around a build tree. Empty when it is in neither.
QString recipe()
{
    QDir folder(QCoreApplication::applicationDirPath());
    const QString installed = folder.filePath(u"../share/paddock/guest-image/build.sh"_s);
    if (QFileInfo(installed).isExecutable())
        return QDir::cleanPath(installed);
    for (int level = 0; level < 5 && folder.cdUp(); ++level) {
        const QString source = folder.filePath(u"packaging/guest-image/build.sh"_s);
        if (QFileInfo(source).isExecutable())
            return source;
    }
    return {};
}

/// Lines "progress: PERCENT text" and whatever else the recipe says.
void sayProgress(QProcess &process)
{
    while (process.canReadLine()) {
        const QString line = QString::fromUtf8(process.readLine()).trimmed();
        if (!line.isEmpty())
            say(printable(line.startsWith("progress: "_L1)
                              ? line.sliced(10).replace(line.sliced(10).indexOf(u' '), 1, u" %  "_s)
                              : line));
    }
}

/// Sandboxes will start from this image; what they are forked from is made meanwhile.
void warmTemplate(const Cli &cli)
{
    const auto config = cli.config();
    if (!config || !config->warmTemplates)
        return;
    const core::SandboxSettings usual;
    if (const auto started = core::startWarming(usual.cpus, usual.memoryMiB, usual.diskGiB);
        !started)
        say(u"no template is made: "_s + started.error().detail);
    else
        say(u"a template is made in the background; paddock template ls shows how far it is"_s);
}

QFuture<int> build(Cli &cli)
{
    const QString script = recipe();
    if (script.isEmpty())
        return failed({Error::Kind::BadConfiguration, u"the image's recipe is not installed"_s});
    if (!core::makePrivateDirectory(cli.paths.images()))
        return failed({Error::Kind::NotPermitted, u"cannot create "_s + cli.paths.images()});
    auto promise = std::make_shared<QPromise<int>>(); // the process's signals share it
    promise->start();
    auto *process = new QProcess(&cli);
    process->setReadChannel(QProcess::StandardError);
    QObject::connect(
        process, &QProcess::readyReadStandardError, process, [process] { sayProgress(*process); });
    QObject::connect(
        process, &QProcess::finished, process, [process, promise, cli = &cli](int code) {
            const QString directory = QString::fromUtf8(process->readAllStandardOutput()).trimmed();
            const bool good = code == 0 && vmm::openImage(directory).has_value();
            if (good) {
                print(directory);
                warmTemplate(*cli);
            }
            promise->addResult(
                good ? 0 : fail({Error::Kind::Failed, u"the image could not be built"_s}));
            promise->finish();
        });
    process->start(script, {cli.paths.images()});
    return promise->future();
}

QFuture<int> ls(Cli &cli, bool json)
{
    const vmm::ImageStore::Listing listing = vmm::ImageStore(cli.paths.images()).list();
    QJsonArray objects;
    QList<QStringList> rows;
    for (const vmm::BaseImage &image : listing.images) {
        QJsonObject agents;
        for (const auto &[name, version] : image.agents.asKeyValueRange())
            agents.insert(name, version);
        objects.append(QJsonObject{{u"digest"_s, image.digest},
            {u"directory"_s, image.directory},
            {u"recipe"_s, image.recipe},
            {u"created"_s, image.created.toString(Qt::ISODate)},
            {u"bytes"_s, image.bytes()},
            {u"agents"_s, agents}});
        rows.append({image.digest.left(16),
            image.recipe,
            image.created.toString(u"yyyy-MM-dd HH:mm"_s),
            sizeText(image.bytes())});
    }
    QJsonArray damaged;
    for (const vmm::Error &error : listing.damaged)
        damaged.append(error.detail);
    if (json)
        printJson({{u"images"_s, objects}, {u"damaged"_s, damaged}});
    else
        printTable({u"DIGEST"_s, u"RECIPE"_s, u"MADE"_s, u"SIZE"_s}, rows);
    for (const vmm::Error &error : listing.damaged)
        say(u"damaged: "_s + error.detail);
    return done();
}

/// The images that a command is about: the one named, PADDOCK_IMAGE, or all.
core::Result<QList<vmm::BaseImage>> chosen(const Cli &cli, const std::string &digest)
{
    const vmm::ImageStore store(cli.paths.images());
    const QString own = qEnvironmentVariable("PADDOCK_IMAGE");
    if (digest.empty() && own.isEmpty()) {
        const auto listing = store.list();
        if (!listing.damaged.isEmpty())
            return std::unexpected(core::fromVmm(listing.damaged.front()));
        if (listing.images.isEmpty())
            return std::unexpected(Error{Error::Kind::ImageMissing, cli.paths.images()});
        return listing.images;
    }
    const auto image =
        digest.empty() ? vmm::openImage(own) : store.find(QString::fromStdString(digest));
    if (!image)
        return std::unexpected(core::fromVmm(image.error()));
    return QList<vmm::BaseImage>{*image};
}

QFuture<int> verifyNext(Cli &cli, QList<vmm::BaseImage> images)
{
    if (images.isEmpty())
        return done();
    const vmm::BaseImage image = images.takeFirst();
    return vmm::verifyImage(image)
        .then(&cli,
            [&cli, images, digest = image.digest](const vmm::Result<> &verified) {
                if (!verified)
                    return failed(core::fromVmm(verified.error()));
                print(digest + u"  good"_s);
                return verifyNext(cli, images);
            })
        .unwrap();
}

QFuture<int> verify(Cli &cli, const ImageOptions &options)
{
    const auto images = chosen(cli, options.digest);
    return images ? verifyNext(cli, *images) : failed(images.error());
}

QFuture<int> rm(Cli &cli, const ImageOptions &options)
{
    const QString digest = QString::fromStdString(options.digest);
    if (const QStringList users = core::usersOfImage(cli.paths, digest); !users.isEmpty())
        return failed({Error::Kind::StateConflict,
            u"%1 build on this image; remove them first (paddock rm, paddock template rm)"_s.arg(
                users.join(u", "_s))});
    const vmm::ImageStore store(cli.paths.images());
    if (const auto image = store.find(digest); !image)
        return failed(core::fromVmm(image.error()));
    return store.remove(digest).then(&cli, [](const vmm::Result<> &removed) {
        return removed ? 0 : fail(core::fromVmm(removed.error()));
    });
}

} // namespace

void addImage(Cli &cli)
{
    CLI::App *image = cli.verb("image", "The guest image: build, ls, verify, rm", nullptr);
    auto options = std::make_shared<ImageOptions>(); // the verbs' callbacks use it
    cli.verb(
        "build",
        "Build the image if this recipe's is not there; prints its directory",
        [&cli] { return build(cli); },
        image);
    CLI::App *list = cli.verb(
        "ls", "List the images", [&cli, options] { return ls(cli, options->json); }, image);
    Cli::addJson(list, options->json);
    cli.verb(
           "verify",
           "Compare every part with its checksum",
           [&cli, options] { return verify(cli, *options); },
           image)
        ->add_option("DIGEST", options->digest, "Without it all images");
    cli.verb(
           "rm",
           "Remove an image that no sandbox builds on",
           [&cli, options] { return rm(cli, *options); },
           image)
        ->add_option("DIGEST", options->digest, "As “paddock image ls --json” names it")
        ->required();
}

} // namespace cli
