#pragma once

#include "core/result.h"
#include "core/warden/json_socket.h"
#include "vmm/descriptor.h"

#include <QProcess>

#include <memory>
#include <vector>

namespace core {

/// What a helper program of the sandbox is started with.
struct ChildRequest
{
    QString program;
    std::vector<vmm::Descriptor>
        descriptors;  ///< become 4, 5, …; one that owns nothing stays closed
    QString errorLog; ///< its standard error is appended here
};

/// A running helper with its control channel on descriptor 3. It is killed with this object, and
/// dies with this process however that ends.
class ChildProcess : public QObject
{
    Q_OBJECT

public:
    static Result<std::unique_ptr<ChildProcess>> start(ChildRequest request);
    ~ChildProcess() override;

    void send(const QJsonObject &message);

signals:
    void received(const QJsonObject &message);
    void ended(const QString &reason); ///< once

private:
    explicit ChildProcess(vmm::Descriptor control);
    void end(const QString &reason);

    JsonSocket m_control;
    std::unique_ptr<QProcess> m_process; ///< reaps itself when this object has gone before it
    bool m_ended = false;
};

} // namespace core
