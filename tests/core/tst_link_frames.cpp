#include "core/link/channel_frames.h"

#include <QTest>

#include <map>
#include <random>

using namespace core::link;

namespace {

/// A reader, with all that came out of it.
struct Heard
{
    ChannelReader reader;
    std::map<Channel, Bytes> lanes;
    std::vector<Bytes> controls;
    std::size_t cost = 0;

    bool feed(BytesView bytes)
    {
        const Bytes passing(bytes); // gone after the call, as a buffer for reading is
        const auto parts = reader.feed(passing);
        for (const auto &part : parts.value_or(std::vector<ChannelPart>())) {
            if (part.channel == Channel::Control)
                controls.emplace_back(part.bytes);
            else
                lanes[part.channel] += part.bytes;
            cost += part.cost;
        }
        return parts.has_value();
    }
};

} // namespace

class TestLinkFrames : public QObject
{
    Q_OBJECT

private slots:
    void init() { QTest::failOnWarning(); }

    void lanesSurviveASplitAtEveryPairOfBytes()
    {
        const Bytes wire =
            encodeFrame(Channel::Input, "") + encodeFrame(Channel::Output, "hello") +
            encodeFrame(Channel::Control, "{1}") + encodeFrame(Channel::Control, "") +
            encodeFrame(Channel::Output, ", you") + encodeFrame(Channel::Control, "{22}");

        for (std::size_t first = 0; first <= wire.size(); ++first)
            for (std::size_t second = first; second <= wire.size(); ++second) {
                Heard heard;
                QVERIFY(heard.feed(BytesView(wire).substr(0, first)));
                QVERIFY(heard.feed(BytesView(wire).substr(first, second - first)));
                QVERIFY(heard.feed(BytesView(wire).substr(second)));
                QCOMPARE(heard.lanes.at(Channel::Output), Bytes("hello, you"));
                QCOMPARE(heard.controls, (std::vector<Bytes>{"{1}", "", "{22}"}));
                QCOMPARE(heard.cost, wire.size());
            }
    }

    void bulkPassesAsItComes()
    {
        const Bytes wire = encodeFrame(Channel::Output, Bytes(1000, 'x'));
        Heard heard;

        QVERIFY(heard.feed(BytesView(wire).substr(0, 105)));

        QCOMPARE(heard.lanes.at(Channel::Output).size(), std::size_t{100});
        QCOMPARE(heard.cost, std::size_t{105});
    }

    void controlIsHeldBackUntilItIsWhole()
    {
        const Bytes wire = encodeFrame(Channel::Control, Bytes(1000, 'x'));
        Heard heard;

        QVERIFY(heard.feed(BytesView(wire).substr(0, 1004)));

        QVERIFY(heard.controls.empty());
        QCOMPARE(heard.cost, std::size_t{0});
    }

    void longPayloadBecomesSeveralFrames()
    {
        const Bytes payload(maxChannelPayload + 1, 'x');
        ChannelReader reader;

        const Bytes wire = encodeFrame(Channel::Output, payload);
        const auto parts = *reader.feed(wire);

        QCOMPARE(parts.size(), std::size_t{2});
        QCOMPARE(Bytes(parts[0].bytes) += parts[1].bytes, payload);
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
            std::size_t given = 0;
            std::size_t cost = 0;
            for (int turn = 0; turn < 4; ++turn) {
                Bytes noise(random() % 40, '\0');
                for (char &byte : noise)
                    byte = static_cast<char>(random() % 3 ? random() % 8 : random());
                given += noise.size();
                const auto parts = reader.feed(noise);
                if (!parts)
                    break;
                for (const auto &part : *parts) {
                    QVERIFY(part.bytes.size() <= part.cost);
                    cost += part.cost;
                }
                QVERIFY(cost <= given);
            }
        }
    }
};

QTEST_GUILESS_MAIN(TestLinkFrames)
#include "tst_link_frames.moc"
