#include "core/guest/redirect_rules.h"

#include "core/guest/network_plan.h"

namespace core::guest {

std::string redirectRules()
{
    const std::string out = std::string("\"") + networkInterface + "\"";
    const std::string redirect =
        " meta l4proto tcp redirect to :" + std::to_string(transparentPort) + "\n";
    // Before dockerd's own translations (priority -100), so that no rule of its can come first.
    return "table ip paddock\n"
           "delete table ip paddock\n"
           "table ip paddock {\n"
           "  chain output {\n"
           "    type nat hook output priority -110;\n"
           "    oifname " +
           out + redirect +
           "  }\n"
           "  chain prerouting {\n"
           "    type nat hook prerouting priority -110;\n"
           "    fib daddr oifname " +
           out + redirect +
           "  }\n"
           "  chain leaving {\n"
           "    type filter hook output priority 0;\n"
           "    oifname " +
           out +
           " meta l4proto != tcp reject with icmp admin-prohibited\n"
           "  }\n"
           "  chain passing {\n"
           "    type filter hook forward priority 0;\n"
           "    oifname " +
           out +
           " reject with icmp admin-prohibited\n"
           "  }\n"
           "}\n";
}

} // namespace core::guest
