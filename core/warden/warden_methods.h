#pragma once

namespace core {

class ApiServer;
class Warden;

/// Adds the methods of API.md. The warden outlives its API.
void addMethods(ApiServer &api, Warden &warden);

} // namespace core
