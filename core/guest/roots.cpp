#include "core/guest/roots.h"

namespace core::guest {
namespace {

constexpr std::string_view marker = "# The sandbox's own roots\n";

} // namespace

std::string bundleWith(std::string_view bundle, std::string_view certificates)
{
    std::string result(bundle.substr(0, bundle.find(marker)));
    if (certificates.empty())
        return result;
    if (!result.empty() && !result.ends_with('\n'))
        result += '\n';
    return result.append(marker).append(certificates);
}

std::string_view certificatesIn(std::string_view bundle)
{
    const auto begin = bundle.find(marker);
    return begin == std::string_view::npos ? std::string_view()
                                           : bundle.substr(begin + marker.size());
}

Environment certificateEnvironment(const std::string &bundle)
{
    Environment environment;
    for (const char *name : {"NODE_EXTRA_CA_CERTS",
             "DENO_CERT",
             "SSL_CERT_FILE",
             "CURL_CA_BUNDLE",
             "GIT_SSL_CAINFO",
             "REQUESTS_CA_BUNDLE",
             "PIP_CERT",
             "AWS_CA_BUNDLE",
             "CARGO_HTTP_CAINFO"})
        environment[name] = bundle;
    return environment;
}

} // namespace core::guest
