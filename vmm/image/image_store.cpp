#include "vmm/image/image_store.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QPromise>
#include <QRegularExpression>
#include <QThreadPool>

#include <algorithm>
#include <memory>
#include <openssl/crypto.h>
#include <openssl/evp.h>

using namespace Qt::StringLiterals;

namespace vmm {
namespace {

constexpr qint64 maxManifestBytes = 8 << 20;

std::unexpected<Error> damaged(const QString &what)
{
    return std::unexpected(Error{.kind = Error::Kind::ImageDamaged, .detail = what});
}

bool matches(const QString &text, const QString &pattern)
{
    return QRegularExpression(QRegularExpression::anchoredPattern(pattern)).match(text).hasMatch();
}

QMap<QString, QString> textMap(const QJsonObject &object)
{
    QMap<QString, QString> map;
    for (auto it = object.begin(); it != object.end(); ++it)
        map.insert(it.key(), it.value().toString());
    return map;
}

Result<ImagePart> partFrom(const QJsonObject &object)
{
    const ImagePart part{.name = object[u"name"_s].toString(),
        .bytes = object[u"bytes"_s].toInteger(-1),
        .sha256 = object[u"sha256"_s].toString()};
    // The name is opened below the image's directory and nowhere else.
    if (!matches(part.name, u"[A-Za-z0-9][A-Za-z0-9._-]{0,60}"_s))
        return damaged(u"manifest.json: part name '%1'"_s.arg(part.name));
    if (part.bytes < 0 || !matches(part.sha256, u"[0-9a-f]{64}"_s))
        return damaged(u"manifest.json: size or checksum of "_s + part.name);
    return part;
}

Result<QJsonObject> readManifest(const QString &directory)
{
    QFile file(directory + u"/manifest.json"_s);
    if (!file.open(QIODevice::ReadOnly))
        return std::unexpected(Error{.kind = Error::Kind::ImageMissing,
            .detail = file.fileName() + u": "_s + file.errorString()});
    QJsonParseError error;
    const auto document = QJsonDocument::fromJson(file.read(maxManifestBytes), &error);
    if (!document.isObject())
        return damaged(file.fileName() + u": "_s + error.errorString());
    if (document[u"schema"_s].toInt() != 1)
        return damaged(file.fileName() + u": not of schema 1"_s);
    return document.object();
}

/// Parts that a machine cannot do without must be listed; every listed part must have its size.
Result<> checkParts(const BaseImage &image)
{
    for (const auto &needed : {u"vmlinuz"_s, u"modules.cpio"_s, u"root.qcow2"_s})
        if (!std::ranges::contains(image.parts, needed, &ImagePart::name))
            return damaged(u"manifest.json does not list "_s + needed);
    for (const auto &part : image.parts) {
        const QFileInfo info(image.directory + u'/' + part.name);
        if (!info.isFile())
            return damaged(info.filePath() + u" is missing"_s);
        if (info.size() != part.bytes)
            return damaged(u"%1 has %2 bytes instead of %3"_s.arg(info.filePath())
                    .arg(info.size())
                    .arg(part.bytes));
    }
    return {};
}

/// Hashes one part; tells `promise` about the bytes done so far. Empty when cancelled.
Result<QByteArray> digestOf(
    const QString &path, qint64 total, qint64 &doneBytes, QPromise<Result<>> &promise)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return damaged(path + u": "_s + file.errorString());
    // Not QCryptographicHash: OpenSSL uses the processor's instructions and is ten times as fast.
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> hash(
        EVP_MD_CTX_new(), EVP_MD_CTX_free);
    EVP_DigestInit_ex(hash.get(), EVP_sha256(), nullptr);
    while (!file.atEnd()) {
        if (promise.isCanceled())
            return QByteArray();
        const auto block = file.read(1 << 20);
        if (block.isEmpty())
            return damaged(path + u": "_s + file.errorString());
        EVP_DigestUpdate(hash.get(), block.constData(), static_cast<std::size_t>(block.size()));
        doneBytes += block.size();
        promise.setProgressValue(static_cast<int>(doneBytes * 1000 / std::max<qint64>(total, 1)));
    }
    QByteArray digest(EVP_MAX_MD_SIZE, Qt::Uninitialized);
    unsigned int size = 0;
    EVP_DigestFinal_ex(hash.get(), reinterpret_cast<unsigned char *>(digest.data()), &size);
    return digest.first(size).toHex();
}

Result<> verifyParts(const BaseImage &image, QPromise<Result<>> &promise)
{
    qint64 doneBytes = 0;
    for (const auto &part : image.parts) {
        const auto digest =
            digestOf(image.directory + u'/' + part.name, image.bytes(), doneBytes, promise);
        if (!digest)
            return std::unexpected(digest.error());
        if (promise.isCanceled())
            return std::unexpected(Error{.kind = Error::Kind::Cancelled, .detail = {}});
        if (QString::fromLatin1(*digest) != part.sha256)
            return damaged(part.name + u" in %1: checksum differs"_s.arg(image.directory));
    }
    return {};
}

} // namespace

qint64 BaseImage::bytes() const
{
    qint64 sum = 0;
    for (const auto &part : parts)
        sum += part.bytes;
    return sum;
}

Result<BaseImage> openImage(const QString &directory)
{
    const auto manifest = readManifest(directory);
    if (!manifest)
        return std::unexpected(manifest.error());
    const auto &object = *manifest;
    BaseImage image{.digest = object[u"digest"_s].toString(),
        .directory = QDir(directory).absolutePath(),
        .created = QDateTime::fromString(object[u"created"_s].toString(), Qt::ISODate),
        .recipe = object[u"recipe"_s].toString(),
        .kernelRelease = object[u"kernel"_s].toString(),
        .parts = {},
        .agents = textMap(object[u"agents"_s].toObject()),
        .packages = textMap(object[u"packages"_s].toObject())};
    if (!matches(image.digest, u"[0-9a-z]{8,64}"_s))
        return damaged(u"manifest.json: digest '%1'"_s.arg(image.digest));
    for (const auto &value : object[u"parts"_s].toArray()) {
        const auto part = partFrom(value.toObject());
        if (!part)
            return std::unexpected(part.error());
        image.parts.append(*part);
    }
    if (const auto checked = checkParts(image); !checked)
        return std::unexpected(checked.error());
    return image;
}

Future<> verifyImage(const BaseImage &image)
{
    QPromise<Result<>> promise;
    const auto future = promise.future();
    promise.setProgressRange(0, 1000);
    promise.start();
    QThreadPool::globalInstance()->start([image, promise = std::move(promise)]() mutable {
        promise.addResult(verifyParts(image, promise));
        OPENSSL_thread_stop(); // at the thread's own end it comes too late when the program ends
        promise.finish();
    });
    return future;
}

ImageStore::ImageStore(QString directory)
    : m_directory(std::move(directory))
{
}

ImageStore::Listing ImageStore::list() const
{
    Listing listing;
    const auto names = QDir(m_directory).entryList(QDir::Dirs | QDir::NoDotAndDotDot);
    for (const auto &name : names) // a build under way has a hidden directory
        if (auto image = find(name))
            listing.images.append(*std::move(image));
        else
            listing.damaged.append(image.error());
    std::ranges::stable_sort(listing.images, std::ranges::greater(), &BaseImage::created);
    return listing;
}

Result<BaseImage> ImageStore::find(const QString &digest) const
{
    if (!matches(digest, u"[0-9a-z]{8,64}"_s))
        return damaged(u"'%1' is not the name of an image"_s.arg(digest));
    auto image = openImage(m_directory + u'/' + digest);
    if (image && image->digest != digest)
        return damaged(u"%1 holds image %2"_s.arg(digest, image->digest));
    return image;
}

Future<> ImageStore::remove(const QString &digest) const
{
    if (!matches(digest, u"[0-9a-z]{8,64}"_s))
        return failed(Error::Kind::ImageMissing, u"'%1' is not the name of an image"_s.arg(digest));
    QPromise<Result<>> promise;
    const auto future = promise.future();
    promise.start();
    const auto directory = m_directory + u'/' + digest;
    QThreadPool::globalInstance()->start([directory, promise = std::move(promise)]() mutable {
        Result<> result;
        if (!QFileInfo(directory).isDir())
            result = std::unexpected(Error{.kind = Error::Kind::ImageMissing, .detail = directory});
        else if (!QDir(directory).removeRecursively())
            result = std::unexpected(
                Error{.kind = Error::Kind::Io, .detail = directory + u" could not be removed"_s});
        promise.addResult(std::move(result));
        promise.finish();
    });
    return future;
}

} // namespace vmm
