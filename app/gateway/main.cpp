#include "core/gateway/program.h"

#include <cstdio>
#include <cstring>

int main(int argc, char **argv)
{
    if (argc == 2 && std::strcmp(argv[1], "--version") == 0) {
        std::puts("paddock-gateway " PADDOCK_VERSION);
        return 0;
    }
    if (argc != 1) {
        std::fputs("paddock-gateway is started by paddock-warden\n", stderr);
        return 2;
    }
    return core::gateway::runGateway({});
}
