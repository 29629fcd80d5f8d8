import CreditArchive
import Foundation
import Testing

@Suite("Webhooks")
struct WebhookTests {
    @Test("the signature of the specification's example")
    func signature() throws {
        // Standard Webhooks, the example of its libraries.
        let secret = try #require(Data(base64Encoded: "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"))
        let signature = WebhookSignature(secret: Array(secret)).sign(
            id: "msg_p5jXN8AQM9LWM0D4loKWxJek", seconds: 1_614_265_330, body: Array(#"{"test": 2432232314}"#.utf8))
        #expect(signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
    }

    @Test(
        "addresses that are not public",
        arguments: [
            "127.0.0.1", "127.1", "0x7f000001", "2130706433", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.0.1",
            "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1",
            "[::1]", "[::]", "[fe80::1]", "[fd00::1]", "[::ffff:127.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]",
            "[2001:db8::1]", "[2001::1]", "[ff02::1]", "localhost",
        ])
    func hidden(host: String) throws {
        let address = try WebhookAddress("http://\(host):8080/hook")
        #expect { try address.resolve(allowingPrivate: false) } throws: { error in
            // Some writings are no address to a resolver at all: nothing is posted to them either.
            [.privateAddress, .unresolved].contains((error as? WebhookFailure)?.kind)
        }
    }

    @Test("addresses that are public, and a private one that the administrator allows")
    func reachable() throws {
        for host in ["8.8.8.8", "172.32.0.1", "100.128.0.1", "[2400:3200::1]", "[2001:4860:4860::8888]"] {
            _ = try WebhookAddress("https://\(host)/hook").resolve(allowingPrivate: false)
        }
        #expect(try WebhookAddress("http://127.0.0.1/").resolve(allowingPrivate: true) == "127.0.0.1")
        #expect(!WebhookAddress.isPublic(v4: 0x7F00_0001) && WebhookAddress.isPublic(v4: 0x0808_0808))
    }

    @Test(
        "what is no address of a webhook",
        arguments: [
            "", "hook", "ftp://a.example/", "http://", "http:///hook", "http://user@a.example/",
            "http://u:p@a.example/",
            "http://a.example/#part", "http://a.example:0/", "http://a.example:70000/", "http://局.example/",
            "http://a.example/ x", "javascript:alert(1)", "http://a.example/" + String(repeating: "x", count: 2_048),
        ])
    func malformed(url: String) {
        #expect { try WebhookAddress(url) } throws: { ArchiveError($0).code == "url-malformed" }
    }

    @Test("pauses double up to the bound, half of each by chance, and never end before what Retry-After asks")
    func pauses() {
        let schedule = RetrySchedule(firstMilliseconds: 1_000, maximumMilliseconds: 300_000)
        let longest = (1...12).map { schedule.pause(afterFailures: $0, asked: nil, chance: 1) }
        #expect(
            Array(longest.prefix(4)) == [1_000, 2_000, 4_000, 8_000]
                && longest.suffix(3) == [300_000, 300_000, 300_000])
        #expect(schedule.pause(afterFailures: 3, asked: nil, chance: 0) == 2_000)
        #expect(schedule.pause(afterFailures: 1, asked: 120, chance: 1) == 120_000)
        #expect(schedule.pause(afterFailures: 1, asked: 1 << 40, chance: 1) == 86_400_000)
        #expect(schedule.pause(afterFailures: .max, asked: -5, chance: 1) == 300_000)
    }

    @Test("Retry-After in seconds and as a date")
    func retryAfter() throws {
        #expect(WebhookClient.retryAfter("120") == 120 && WebhookClient.retryAfter("soon") == nil)
        #expect(WebhookClient.retryAfter("Wed, 21 Oct 2015 07:28:00 GMT") == 0)
        let far = try #require(WebhookClient.retryAfter("Wed, 21 Oct 2099 07:28:00 GMT"))
        #expect(far > 1_000_000_000)
    }
}
