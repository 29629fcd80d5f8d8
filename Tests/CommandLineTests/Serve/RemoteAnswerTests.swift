import ArchiveTesting
import Foundation
import Testing

/// The same questions to an archive in its folder and to the service of it.
@Suite("--archive http://, answers")
struct RemoteAnswerTests {
    private static let body = "云岭县财政局"
    private static let incident = "419801-2022-00001"

    private static let questions: [[String]] = [
        ["standing", body], ["standing", "--all"], ["standing", "--region", "419801"],
        ["standing", "--region", "111111"],
        ["standing", "--all", "--as-of", "2023-12-31"], ["standing", body, "--at-position", "200"],
        ["standing", "--all", "--at-position", "1"], ["standing", "--all", "--at-position", "0"],
        ["standing", body, "--at-position", "1"], ["standing", "--all", "--at-position", "99999999"],
        ["standing", body, "--as-of", "2999-01-01"], ["standing", body, "--as-of", "x"],
        ["standing", body, "--known-at", "2019-01-01"], ["standing", "没有这个主体"], ["standing"],
        ["standing", "--region", "1"],
        ["trend", "--all"], ["trend", body], ["trend", body, "--from", "2022", "--to", "2023"],
        ["trend", "云岭县人民政府", "--with-subordinates"], ["trend", "--region", "419801", "--from", "2023"],
        ["trend", "--all", "--as-of", "2023-06-30"], ["trend", "--all", "--from", "2024", "--to", "2023"],
        ["trend", "没有这个主体"],
        ["trail", incident], ["trail", body], ["trail", body, "--as-of", "2022-12-31"], ["trail", "没有"],
        ["trail", incident, "--at-position", "1"], ["trail", incident, "--at-position", "99999999"],
        ["diff", body, "--from-as-of", "2022-12-31", "--to-as-of", "2024-12-31"], ["diff", body],
        ["diff", body, "--from-at-position", "100", "--to-at-position", "700"],
        ["diff", body, "--from-as-of", "2024-12-31", "--to-as-of", "2022-12-31"],
        ["diff", body, "--to-at-position", "99999999"], ["diff", body, "--to-as-of", "2999-01-01"],
        ["evaluate", "--scheme", "tongbai-2023-department", "--year", "2023"],
        ["evaluate", "--scheme", "tongbai-2023-township", "--year", "2023", "--body", "云岭县青禾镇"],
        ["evaluate", "--scheme", "openness-assessment", "--year", "2023"],
        ["evaluate", "--scheme", "tongbai-2023-department", "--year", "2023", "--without", "900"],
        ["evaluate", "--scheme", "tongbai-2023-department", "--year", "2023", "--at-position", "900"],
        ["evaluate", "--scheme", "none", "--year", "2023"], ["evaluate", "--year", "2023"],
        ["evaluate", "--scheme", "tongbai-2023-department", "--year", "2023", "--region", "111111"],
        ["evaluate", "--scheme", "tongbai-2023-department", "--year", "2023", "--without", "99999999"],
        ["explain", body, "XB01", "--year", "2023"], ["explain", body, "XB11"], ["explain", body, "NONE"],
        ["explain", "没有这个主体", "XB01", "--year", "2023"],
        ["duties"], ["duties", "--on", "2024-03-20"], ["duties", "--region", "419801"], ["duties", "--on", "x"],
        ["duties", "--at-position", "99999999"], ["round", "province-integrity", "2023"],
        ["round", "province-integrity", "2023", "--region", "419801"],
        ["results", "tongbai-2023-department", "2023"],
        ["replay"], ["replay", "--from", "100", "--to", "120"], ["replay", "--body", body, "--from", "50"],
        ["replay", "--type", "repair.granted"], ["replay", "--type", "none"], ["replay", "--from", "99999999"],
        ["replay", "--to", "99999999"], ["replay", "--from", "9", "--to", "3"], ["replay", "--follow", "--to", "30"],
    ]

    @Test("every answer is byte for byte that of the folder, in every format, with the same errors and exit codes")
    func answers() throws {
        let archive = try ProgramArchive()
        try archive.loadCounty()
        let made = try archive("keys", "api", "new", "--name", "审计", "--role", "auditor").object()
        let key = try archive.file("key", "\(try #require(made["secret"] as? String))\n")
        let served = try ServedProgram(archive)
        defer { _ = try? served.end(SIGTERM) }
        let address = "http://127.0.0.1:\(served.port)/"
        for (number, question) in RemoteAnswerTests.questions.enumerated() {
            // Every format once in one language at least.
            for (place, format) in ["table", "json", "ndjson", "csv"].enumerated() {
                let options = ["--format", format, "--lang", (number + place) % 2 == 0 ? "zh" : "en"]
                let own = try Program.run(["--archive", archive.path] + question + options)
                let told = try Program.run(
                    ["--archive", address, "--key-file", key, "--purpose", "年度核查"] + question + options)
                let label = "\(question) \(options)"
                #expect(told.status == own.status, "\(label)\n\(told.errors)")
                #expect(told.errors == own.errors, "\(label)")
                #expect(
                    told.output == own.output,
                    "\(label)\n\(told.text.prefix(600))\n-- instead of\n\(own.text.prefix(600))")
                // What cannot be asked twice is asked once.
                if question.contains("--follow") { break }
            }
        }
        // Why it was read is with the readings.
        let query = ["access", "--by", "key/\(try #require((made["key"] as? [String: Any])?["id"] as? String))"]
        try served.end(SIGTERM)
        let readings = try Program.run(["--archive", archive.path] + query + ["--format", "json"]).list()
        #expect(!readings.isEmpty && readings.allSatisfy { $0["purpose"] as? String == "年度核查" })
    }

    @Test("pages are one answer: of more bodies than a page has, while others record")
    func pages() throws {
        let archive = try ProgramArchive()
        let events = (1...2_300).map(ServedProgram.body).joined(separator: "\n")
        #expect(try archive("append", "-", input: events).status == 0)
        let served = try ServedProgram(archive)
        defer { _ = try? served.end(SIGTERM) }
        let port = served.port
        for round in 0..<3 {
            let appending = Thread {
                for number in 0..<40 {
                    _ = ServedProgram.post(ServedProgram.body(3_000 + round * 40 + number), to: port)
                }
            }
            appending.start()
            let told = try Program.run(["--archive", "http://127.0.0.1:\(served.port)", "standing", "--all"]).list()
            while !appending.isFinished { usleep(1_000) }
            let positions = Set(told.compactMap { $0["position"] as? Int })
            let position = try #require(positions.first)
            #expect(positions.count == 1)
            let own = try archive("standing", "--all", "--at-position", String(position)).list()
            #expect(told.count == own.count && own.count >= 2_300)
        }
    }

    @Test("what needs the files says so; what is wrong with the way there is told in both languages")
    func refusals() throws {
        let archive = try ProgramArchive()
        let served = try ServedProgram(archive)
        defer { _ = try? served.end(SIGTERM) }
        let address = "http://127.0.0.1:\(served.port)"
        for verb in [
            ["verify", "--deep"], ["rebuild"], ["backup", "/nowhere"], ["keys", "api", "list"],
            ["export", "--out", "/nowhere"],
            ["doctor"], ["init"], ["access"], ["replay", "--states"], ["trend", "--all", "--themes"],
            ["evaluate", "--scheme", "openness-assessment", "--year", "2023", "--overlay", "x.yaml"],
            ["append", "-", "--operator-id", "operator/1"],
        ] {
            try Program.run(["--archive", address] + verb).expectError(2, "local-archive-needed", "\(verb)")
        }
        let standing = ["standing", "--all"]
        try Program.run(["--archive", "http://user:pass@127.0.0.1"] + standing).expectError(2, "address-malformed")
        try Program.run(["--archive", "http://"] + standing).expectError(2, "address-malformed")
        // Nobody listens there.
        let nowhere = try Program.run(["--archive", "http://127.0.0.1:9"] + standing)
        nowhere.expectError(5, "service-unreachable")
        try archive("standing", "--all", "--purpose", "x").expectError(2, "service-needed")
        // With keys, the public sees the public's part, and a key that is wrong nothing.
        _ = try archive("keys", "api", "new", "--name", "审计", "--role", "auditor")
        #expect(try Program.run(["--archive", address] + standing).list().isEmpty)
        try Program.run(["--archive", address, "trail", "x"]).expectError(3, "key-needed")
        try Program.run(["--archive", address] + standing, environment: ["CREDIT_ARCHIVE_KEY": "ca_wrong"]).expectError(
            3)
        try Program.run(["--archive", address] + standing, environment: ["CREDIT_ARCHIVE_KEY": "a b"])
            .expectError(2, "key-malformed")
        // Something else answers there.
        let other = try Program.run(["--archive", "\(address)/elsewhere"] + standing)
        other.expectError(3, "no-such-route")
    }

    private static let openssl = "/usr/bin/openssl"

    @Test(
        "over https a certificate must be trusted: the system's, or one of --ca-file",
        .enabled(if: FileManager.default.isExecutableFile(atPath: RemoteAnswerTests.openssl)))
    func encrypted() throws {
        let archive = try ProgramArchive()
        let (certificate, key) = (archive.folder.file("tls.pem"), archive.folder.file("tls.key"))
        let made = try Program.run(
            [
                "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext",
                "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", key, "-out", certificate,
            ], program: RemoteAnswerTests.openssl)
        #expect(made.status == 0, "\(made.errors)")
        let served = try ServedProgram(archive, "--tls-certificate", certificate, "--tls-key", key)
        defer { _ = try? served.end(SIGTERM) }
        let replay = ["--archive", "https://localhost:\(served.port)", "replay"]
        try Program.run(replay).expectError(5, "certificate-distrusted")
        let told = try Program.run(replay + ["--ca-file", certificate])
        #expect(try told.status == 0 && told.output == archive("replay").output, "\(told.errors)")
        try Program.run(replay + ["--ca-file", key]).expectError(2, "ca-unusable")
        // What is spoken there is not HTTP.
        try Program.run(["--archive", "http://localhost:\(served.port)", "replay"]).expectError(5)
    }
}
