#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace core::gateway {

/// Takes a key out of what a server sends back: as it is, percent-encoded, and in base64 at any
/// offset. Lengths stay, so framing does. Best effort: what a server makes of the key otherwise
/// passes, so keys are only sent to hosts that are trusted not to echo them. A default one changes
/// nothing.
class Redactor
{
public:
    Redactor() = default;
    /// Keys shorter than eight characters are left: they would hit by chance.
    explicit Redactor(std::string_view secret);
    ~Redactor(); ///< wipes what it looked for
    Redactor(const Redactor &) = default;
    Redactor(Redactor &&) noexcept = default;
    Redactor &operator=(const Redactor &) = default;
    Redactor &operator=(Redactor &&) noexcept = default;

    /// A whole text.
    [[nodiscard]] std::string whole(std::string text) const;
    /// The next piece of a stream; holds back an end in which a key may have begun.
    [[nodiscard]] std::string feed(std::string piece);
    /// What was held back at the end of the stream.
    [[nodiscard]] std::string rest();

private:
    [[nodiscard]] std::size_t beginning(std::string_view text) const;

    std::vector<std::string> m_patterns;
    std::string m_held;
};

} // namespace core::gateway
