#include "core/guest/container_trust.h"
#include "core/guest/descriptor.h"
#include "core/guest/files.h"
#include "core/guest/places.h"
#include "core/guest/real_program.h"
#include "core/guest/roles.h"
#include "core/guest/roots.h"
#include "core/guest/runtime_call.h"

#include <fcntl.h>
#include <unistd.h>

namespace core::guest {
namespace {

Outcome<> changeFile(const std::string &path, const Outcome<std::string> &content)
{
    if (!content)
        return std::unexpected(path + ": " + content.error());
    return replaceFile(path, *content, 0600);
}

Outcome<> prepareContainer(const std::string &bundle)
{
    const std::string path = bundle + "/config.json";
    const auto spec = readFile(path);
    return rootOf(spec)
        .and_then([&](const std::string &root) {
            return makeTrust(trustStore,
                root.starts_with('/') ? root : bundle + "/" + root,
                readFile(rootsBundle));
        })
        .and_then(
            [&](const std::string &trust) { return changeFile(path, specWithTrust(spec, trust)); });
}

/// A process that is started in a container later.
Outcome<> prepareProcess(const RuntimeCall &call)
{
    if (call.process.empty() ||
        !hasTrust(readFile(call.root + "/" + call.container + "/state.json")))
        return {};
    return changeFile(call.process, processWithTrust(readFile(call.process)));
}

Outcome<> prepare(const RuntimeCall &call)
{
    switch (call.kind) {
    case RuntimeCall::Kind::Begin:
        return prepareContainer(call.bundle);
    case RuntimeCall::Kind::Execute:
        return prepareProcess(call);
    case RuntimeCall::Kind::Other:
        break;
    }
    return {};
}

/// The standard streams are the container's, so this goes to the machine's console.
void report(const std::string &reason)
{
    const Descriptor log(::open("/dev/kmsg", O_WRONLY | O_CLOEXEC));
    const std::string line = "paddock: no trust for a container: " + reason + "\n";
    if (::write(log.value(), line.data(), line.size()) < 0)
        return; // nobody else to tell
}

} // namespace

int runRuntime(int count, char **arguments)
{
    // A container without these roots is better than none.
    const auto prepared = prepare(parseRuntimeCall({arguments + 1, arguments + count}));
    if (!prepared)
        report(prepared.error());
    return becomeReal("runc", arguments);
}

} // namespace core::guest
