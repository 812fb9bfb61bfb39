#include "core/link/channel_frames.h"

#include <QTest>

#include <random>

using namespace core::link;

class TestLinkFrames : public QObject
{
    Q_OBJECT

private slots:
    void init() { QTest::failOnWarning(); }

    void framesSurviveASplitAtEveryByte()
    {
        const std::vector<ChannelFrame> sent{
            {Channel::Input, ""}, {Channel::Output, "hello"}, {Channel::Control, "{}"}};
        Bytes wire;
        for (const auto &frame : sent)
            wire += encodeFrame(frame.channel, frame.payload);

        for (std::size_t split = 0; split <= wire.size(); ++split) {
            ChannelReader reader;
            auto frames = *reader.feed(BytesView(wire).substr(0, split));
            const auto rest = *reader.feed(BytesView(wire).substr(split));
            frames.insert(frames.end(), rest.begin(), rest.end());
            QCOMPARE(frames, sent);
        }
    }

    void longPayloadBecomesSeveralFrames()
    {
        const Bytes payload(maxChannelPayload + 1, 'x');
        ChannelReader reader;

        const auto frames = *reader.feed(encodeFrame(Channel::Output, payload));

        QCOMPARE(frames.size(), std::size_t{2});
        QCOMPARE(frames[0].payload + frames[1].payload, payload);
    }

    void unknownChannelIsMalformed()
    {
        ChannelReader reader;
        const auto fed = reader.feed(Bytes("\x04\0\0\0\0", 5));
        QCOMPARE(fed.error().kind, Error::Kind::Malformed);
    }

    void lengthPastTheLimitIsTooLarge()
    {
        ChannelReader reader;
        const auto fed = reader.feed(Bytes("\x01\x01\0\x01\0", 5));
        QCOMPARE(fed.error().kind, Error::Kind::TooLarge);
    }

    void noiseNeverYieldsMoreThanItHolds()
    {
        std::mt19937 random(20261123);
        for (int round = 0; round < 20000; ++round) {
            ChannelReader reader;
            for (int part = 0; part < 4; ++part) {
                Bytes noise(random() % 40, '\0');
                for (char &byte : noise)
                    byte = static_cast<char>(random() % 3 ? random() % 8 : random());
                const auto frames = reader.feed(noise);
                if (!frames)
                    break;
                for (const auto &frame : *frames)
                    QVERIFY(frame.payload.size() <= maxChannelPayload);
            }
        }
    }
};

QTEST_GUILESS_MAIN(TestLinkFrames)
#include "tst_link_frames.moc"
