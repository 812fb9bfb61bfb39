#include "core/sandbox/sandbox_id.h"

#include <QRandomGenerator>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace core {
namespace {

constexpr int idLength = 8;
constexpr QStringView alphabet = u"abcdefghijklmnopqrstuvwxyz0123456789";

} // namespace

SandboxId SandboxId::random()
{
    QString text;
    for (int i = 0; i < idLength; ++i)
        text += alphabet[QRandomGenerator::system()->bounded(alphabet.size())];
    return {text};
}

bool SandboxId::isValid() const
{
    return value.size() == idLength &&
           std::ranges::all_of(value, [](QChar c) { return alphabet.contains(c); });
}

} // namespace core
