import ArchiveTesting
import Foundation
import Testing

/// A command whose every change of a file can go wrong, and what must hold whatever did.
struct DiskScenario: Sendable, CustomStringConvertible {
    let description: String
    let arguments: [String]
    /// A source whose events come in one transaction, and how many there are.
    var batch: (source: String, count: Int)?
    /// Files that are deleted before, by prefix.
    var without: [String] = []

    static let all = [
        DiskScenario(
            description: "append", arguments: ["append", "FOLDER/events.ndjson"], batch: ("urn:disk", 3)),
        DiskScenario(
            description: "import", arguments: ["import", "incidents", "FOLDER/incidents.csv", "--evidence", "FOLDER"],
            batch: ("urn:credit-archive:import:incidents", 4)),
        DiskScenario(
            description: "fold", arguments: ["append", "FOLDER/recorded.ndjson"], without: ["facts", "read", "CURRENT"]),
        DiskScenario(description: "rebuild", arguments: ["rebuild", "--from-log"]),
        DiskScenario(description: "checkpoint", arguments: ["checkpoint"]),
        DiskScenario(description: "change of key", arguments: ["keys", "rotate"]),
        DiskScenario(
            description: "erasure", arguments: ["keys", "destroy", "case/recorded", "--basis", "个人信息保护法第四十七条"]),
    ]

    /// An archive with a few bodies and a case, on a disk of its own: made once, copied for each round.
    static let base = Result { () throws -> ProgramArchive in
        let archive = try ProgramArchive(inMemory: true)
        #expect(try archive("import", "bodies", County.path("bodies")).status == 0)
        let checkpoint = try archive("checkpoint").text
        _ = try archive.file("checkpoint.txt", checkpoint)
        let recorded = try archive.file("recorded.ndjson", event("recorded", statements: 0))
        #expect(try archive("append", recorded).status == 0)
        _ = try archive.file("events.ndjson", event("new", statements: 2))
        var rows = "事项编号,统一社会信用代码,失信类别,失信事实,依据文书名称,文号,认定部门,发生日期,认定日期,严重程度,信息来源渠道,附件\r\n"
        for number in 0..<4 {
            rows += "案-\(number),\(County.body),R05,事实,决定书,云信〔2023〕1号,县局,2023-01-01,2023-01-02,一般,C03,\(number).txt\r\n"
            _ = try archive.file("\(number).txt", "attachment \(number)")
        }
        _ = try archive.file("incidents.csv", rows)
        return archive
    }

    private static func event(_ name: String, statements: Int) -> String {
        let source = name == "new" ? "urn:disk" : "urn:before"
        func line(_ id: String, _ type: String, _ data: String) -> String {
            #"{"specversion":"1.0","id":"\#(id)","source":"\#(source)","type":"\#(type)","subject":"case/\#(name)","#
                + #""data":\#(data)}"# + "\n"
        }
        let incident = """
            {"attributedYear":2023,"authority":"县局","basis":{"number":"云信〔2023〕1号","title":"决定书"},\
            "body":"\(County.body)","category":"R05","channel":"C03","determinedOn":"2023-03-05","fact":"未付款",\
            "occurredOn":"2023-01-10","severity":"一般","visibility":"公开"}
            """
        return line("determined", "incident.determined", incident)
            + (0..<statements).map {
                line("s\($0)", "statement.attached", #"{"occurredOn":"2023-04-01","office":"县局","text":"陈述\#($0)"}"#)
            }.joined()
    }

    /// The calls that the command makes when nothing goes wrong, and the answers afterwards.
    func rehearsal() throws -> (calls: [FaultyDisk.Call], standing: String) {
        let round = try DiskRound(self)
        let log = round.folder.file("calls")
        let result = try round.run(environment: round.faulty(log: log))
        #expect(result.status == 0, "\(self): \(result.errors)")
        return (try FaultyDisk.calls(log), try round.standing())
    }
}

/// One try of a scenario on a copy of its archive.
struct DiskRound {
    let archive: ProgramArchive
    private let scenario: DiskScenario

    init(_ scenario: DiskScenario) throws {
        self.scenario = scenario
        archive = try ProgramArchive(copying: DiskScenario.base.get(), inMemory: true)
        for name in try FileManager.default.contentsOfDirectory(atPath: archive.path)
        where scenario.without.contains(where: name.hasPrefix) {
            try FileManager.default.removeItem(atPath: archive.path + "/" + name)
        }
    }

    var folder: TemporaryFolder { archive.folder }

    /// The environment in which the archive is on a faulty disk.
    func faulty(
        _ fault: FaultyDisk.Fault? = nil, at call: Int = 0, seed: UInt64 = 0, log: String? = nil
    ) throws -> [String: String] {
        try FaultyDisk.environment(archive.path, in: folder, fault: fault, at: call, seed: seed, log: log)
    }

    func run(environment: [String: String] = [:]) throws -> Program.Result {
        try run(scenario.arguments, environment)
    }

    private func run(_ arguments: [String], _ environment: [String: String] = [:]) throws -> Program.Result {
        let files = folder.file("copy")
        return try Program.run(
            ["--archive", archive.path] + arguments.map { $0.replacingOccurrences(of: "FOLDER", with: files) },
            environment: environment)
    }

    /// The standing of everyone, but for the position that it reflects.
    func standing() throws -> String {
        let result = try run(["standing", "--all"])
        #expect(result.status == 0, "\(result.errors)")
        return result.text.replacing(/"position":\d+/, with: "")
    }

    /// The promises: nothing half, nothing acknowledged lost, sound without repair, and the command can go on.
    ///
    /// - Parameter acknowledged: the command had said that it was done.
    func check(acknowledged: Bool, standing expected: String, _ label: String) throws {
        if let (source, count) = scenario.batch {
            let found = try LogRows(archive: archive.path).ids(of: source).count
            #expect(found == count || (found == 0 && !acknowledged), "\(label): \(found) of \(count)")
        }
        if acknowledged { #expect(try standing() == expected, "\(label): another answer") }
        let verify = try run(
            ["verify", "--deep", "--key", archive.verifierKey, "--against", "FOLDER/checkpoint.txt"])
        #expect(verify.status == 0, "\(label): \(verify.text) \(verify.errors)")
        let again = try run()
        #expect(again.status == 0, "\(label), again: \(again.errors)")
        #expect(try standing() == expected, "\(label): another answer after the retry")
    }
}
