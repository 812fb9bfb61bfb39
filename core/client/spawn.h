#pragma once

#include "core/result.h"

#include <QString>
#include <QStringList>

namespace core {

/// A file descriptor that is closed with its owner.
class UniqueDescriptor
{
public:
    explicit UniqueDescriptor(int descriptor = -1)
        : m_descriptor(descriptor)
    {
    }
    UniqueDescriptor(UniqueDescriptor &&other) noexcept;
    UniqueDescriptor &operator=(UniqueDescriptor &&other) noexcept;
    ~UniqueDescriptor();

    [[nodiscard]] int value() const { return m_descriptor; }

private:
    int m_descriptor;
};

/// Both ends are closed on exec.
struct Pipe
{
    UniqueDescriptor read;
    UniqueDescriptor write;
};
Result<Pipe> makePipe();

/// A program with its three standard streams; the descriptors stay the caller's.
struct SpawnRequest
{
    QString program;
    QStringList arguments;
    int input = -1;
    int output = -1;
    int error = -1;
};

/// Starts the program as leader of a new session and a child of nobody here: it outlives this
/// process, leaves no zombie and gets no terminal's signals. Only the three streams are inherited.
/// Answers before the program has done anything.
Result<> spawnDetached(const SpawnRequest &request);

} // namespace core
