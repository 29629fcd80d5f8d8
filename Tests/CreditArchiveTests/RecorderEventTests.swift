import ArchiveTesting
import CreditArchive
import CreditModel
import EventLog
import Foundation
import Projections
import Testing

/// What a submitted CloudEvent must look like.
@Suite struct RecorderEventTests {
    private static let fixtures =
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Fixtures/events").path

    /// A life of one body and one case that has every type a platform can submit, in an order that is possible.
    private static let life = [
        Cloud.body(1), Cloud.body(2), Cloud.body(3),
        Cloud.change("n1", "renamed", 1, "2020-01-01", #","name":"云岭县新局""#),
        Cloud.change("n2", "recoded", 1, "2020-01-02", ",\"code\":\"\(Rows.code(11))\""),
        Cloud.change("n3", "moved", 1, "2020-01-03", #","region":"419802""#),
        Cloud.change("n4", "reparented", 1, "2020-01-04", ",\"parent\":\"\(Rows.code(2))\",\"note\":\"机构改革\""),
        Cloud.incident("a"), Cloud.act("a1", "objection.filed", "2023-03-06"),
        Cloud.act("a2", "objection.decided", "2023-03-07", #","outcome":"dismissed""#),
        Cloud.act("a3", "objection.filed", "2023-03-08"), Cloud.act("a4", "objection.withdrawn", "2023-03-09"),
        Cloud.correction("a5", "2023-03-10", "严重程度", old: "一般", new: "轻微"),
        Cloud.act("a6", "measure.imposed", "2023-03-11", #","measure":"约谈""#),
        Cloud.act("a7", "measure.lifted", "2023-03-12"),
        Cloud.act("a8", "rectification.ordered", "2023-03-13", #","dueOn":"2023-05-01""#),
        Cloud.act("a9", "rectification.reported", "2023-03-14"),
        Cloud.act("b0", "rectification.accepted", "2023-03-15"),
        Cloud.act("b1", "repair.applied", "2023-03-16"), Cloud.act("b2", "repair.declined", "2023-03-17"),
        Cloud.act("b3", "repair.applied", "2023-03-18"), Cloud.act("b4", "repair.accepted", "2023-03-19"),
        Cloud.act("b5", "repair.refused", "2023-03-20"), Cloud.act("b6", "repair.applied", "2023-03-21"),
        Cloud.act("b7", "repair.accepted", "2023-03-22"), Cloud.act("b8", "repair.granted", "2023-03-23"),
        Cloud.act("b9", "repair.rescinded", "2023-03-24"), Cloud.act("c0", "publicity.expired", "2023-06-05"),
        Cloud.act("c1", "incident.revoked", "2023-06-06"), Cloud.statement("c2", "2023-06-07", "已履行"),
        Cloud.event(
            "o1", "observation.recorded", "observations/\(Rows.code(1))/2023",
            #"{"indicator":"XZ04","input":"lost","reportedOn":"2024-01-10","scheme":"tongbai-2023-township","value":"1"}"#
        ),
        Cloud.change("n5", "abolished", 3, "2024-01-01", ",\"successor\":\"\(Rows.code(2))\""),
    ]

    @Test func everyTypeAPlatformSubmitsIsRecordedInItsStream() async throws {
        let archive = try TestArchive()
        let recorded = try await archive.append(RecorderEventTests.life)
        #expect(recorded.map(\.position) == Array(1...UInt64(RecorderEventTests.life.count)))
        let entries = try await archive.entries()
        #expect(
            Set(entries.map(\.type))
                == Set(EventType.allCases.map(\.rawValue)).subtracting(reserved)
                .subtracting(EvaluationStep.types.map(\.rawValue)))
        for entry in entries {
            let type = try #require(EventType(rawValue: entry.type))
            #expect(String(entry.subject.family) == type.streamFamily)
            #expect(entry.dataSchema == "urn:credit-archive:schema:\(entry.type):1")
        }
        #expect(entries.dropFirst().allSatisfy { $0.recordedBy == "operator/test" })
        #expect(try archive.deepFindings().isEmpty)
        // Sent once more, everything is where it was.
        let again = try await archive.append(RecorderEventTests.life)
        #expect(again.map(\.position) == recorded.map(\.position) && again.allSatisfy(\.isDuplicate))
    }

    private let reserved: Set<String> = [
        "calendar.adopted", "display.restored", "display.withheld", "import.completed", "key.rotated", "origin.changed",
        "scheme.adopted",
        "subjectkey.destroyed",
    ]

    @Test func everyValidDataOfTheExamplesIsRead() async throws {
        // What the examples' references mean is not there, so they are refused by the domain, never by the reader.
        let archive = try TestArchive()
        let events = try await archive.open(.writing)
        let recorder = try Recorder(events, recordedBy: "operator/test")
        var count = 0
        for name in try FileManager.default.contentsOfDirectory(atPath: RecorderEventTests.fixtures).sorted() {
            let file = try JSON.object(file: RecorderEventTests.fixtures + "/" + name)
            let (type, subject) = (file["type"] as? String ?? "", file["subject"] as? String ?? "")
            guard let forms = file["submitted"] as? [String: Any] else { continue }
            for (kind, isValid) in [("valid", true), ("invalid", false)] {
                for example in forms[kind] as? [[String: Any]] ?? [] {
                    let label = "\(type) \(example["name"] ?? "")"
                    guard let value = example["data"] else { continue }
                    count += 1
                    let data = try JSONSerialization.data(withJSONObject: value, options: [.fragmentsAllowed])
                    let event = Cloud.event("x\(count)", type, subject, String(decoding: data, as: UTF8.self))
                    let error = await thrown { try await recorder.append(cloudEvents: Array(event.utf8)) }
                    if isValid {
                        #expect(error == nil || error?.kind == .refused, "\(label): \(error?.code ?? "")")
                    } else {
                        #expect(error?.kind == .badInput, "\(label)")
                        #expect(error?.field == "/data" + (example["pointer"] as? String ?? "?"), "\(label)")
                    }
                }
            }
        }
    }

    @Test(arguments: [
        (#""specversion":"1.0""#, #""specversion":"0.3""#, "/specversion", "bad-value"),
        (#""specversion":"1.0","#, "", "/specversion", "missing-member"),
        (#""id":"body-1""#, #""id":"""#, "/id", "bad-value"), (#""id":"body-1""#, #""id":7"#, "/id", "wrong-type"),
        (#""id":"body-1","#, "", "/id", "missing-member"),
        (#""source":"urn:platform:1""#, #""source":"urn:credit-archive:import:bodies""#, "/source", "bad-value"),
        (#""source":"urn:platform:1","#, "", "/source", "missing-member"),
        (#""type":"body.registered""#, #""type":"body.founded""#, "/type", "bad-value"),
        (#""type":"body.registered","#, "", "/type", "missing-member"),
        (#""subject":"body/"#, #""subject":"case/"#, "/subject", "bad-value"),
        (#""subject":"body/"#, #""subject":"bodies/"#, "/subject", "bad-value"),
        (#""subject":"body/"#, #""comment":"x","subject":"body/"#, "/comment", "unknown-member"),
        (#""subject":"body/"#, #""subject":"body/","subject":"body/"#, "/subject", "json-duplicate-key"),
        (#""data":"#, #""datacontenttype":"text/plain","data":"#, "/datacontenttype", "bad-value"),
        (#""data":"#, #""dataschema":"urn:x","data":"#, "/dataschema", "bad-value"),
        (
            #""data":"#, #""dataschema":"urn:credit-archive:schema:body.registered:1","data":"#, "/dataschema",
            "bad-value"
        ),
        (#""data":"#, #""time":"yesterday","data":"#, "/time", "bad-value"),
        (#""data":"#, #""time":"2024-02-30T00:00:00Z","data":"#, "/time", "bad-value"),
        (#""data":"#, #""data_base64":"AA==","data":"#, "/data_base64", "unknown-member"),
        (#""kind":"工作部门""#, #""kind":"公司""#, "/data/kind", "bad-value"),
        (#""kind":"工作部门""#, #""kind":"工作部门","remark":"x""#, "/data/remark", "unknown-member"),
        (#""name":"#, #""nickname":"#, "/data/name", "missing-member"),
    ])
    func aWrongAttributeIsNamedByPointerAndNothingIsWritten(
        _ old: String, _ new: String, _ pointer: String, _ code: String
    ) async throws {
        let archive = try TestArchive()
        let event = Cloud.body(1).replacingOccurrences(of: old, with: new)
        #expect(event != Cloud.body(1))
        let error = await thrown { try await archive.append([event]) }
        #expect(error?.code == code && error?.kind == .badInput)
        #expect(error?.field.map { $0.hasSuffix(pointer) } == true, "\(error?.field ?? "")")
        #expect(try await archive.size == 1)
    }

    @Test func attributesThatMayBeThereAreTaken() async throws {
        let archive = try TestArchive()
        let more = #"""
            ,"time":"2024-01-02T03:04:05.678+08:00","datacontenttype":"application/json",\#
            "dataschema":"urn:credit-archive:schema:body.registered:1:submitted","traceparent":"00-1-2-3","tracestate":"a=b"
            """#
        let event = Cloud.body(1).replacingOccurrences(of: #","data":"#, with: more + #","data":"#)
        #expect(try await archive.append([event]).map(\.isDuplicate) == [false])
        #expect(try await archive.entries().last?.time == "2024-01-02T03:04:05.678+08:00")
        // Neither the time nor the trace counts for what makes a retry a duplicate.
        #expect(try await archive.append([Cloud.body(1)]).map(\.isDuplicate) == [true])
    }

    @Test(arguments: [
        ("archive.created", "archive"), ("import.completed", "archive"), ("subjectkey.destroyed", "archive"),
        ("display.withheld", "archive"), ("calendar.adopted", "archive"),
    ])
    func whatTheArchiveRecordsItselfCannotBeSubmitted(_ type: String, _ subject: String) async throws {
        let file = try JSON.object(file: "\(RecorderEventTests.fixtures)/\(type).json")
        let forms = try #require(file["submitted"] as? [String: Any])
        let example = try #require((forms["valid"] as? [[String: Any]])?.first?["data"])
        let data = String(decoding: try JSONSerialization.data(withJSONObject: example), as: UTF8.self)
        let archive = try TestArchive()
        let error = await thrown { try await archive.append([Cloud.event("x", type, subject, data)]) }
        #expect(error?.code == "type-reserved" && error?.kind == .refused)
        #expect(try await archive.size == 1)
    }

    @Test(arguments: [
        "observations/x", "observations/x/23", "observations/\(Rows.code(1))/20x3", "observations/a b/2023",
    ])
    func anObservationsSubjectNamesBodyAndYear(_ subject: String) async throws {
        let archive = try TestArchive()
        try await archive.append([Cloud.body(1)])
        let data =
            #"{"indicator":"XZ04","input":"lost","reportedOn":"2024-01-10","scheme":"tongbai-2023-township","value":"1"}"#
        let error = await thrown {
            try await archive.append([Cloud.event("o", "observation.recorded", subject, data)])
        }
        #expect(error?.code == "subject-malformed" || error?.field == "/0/subject", "\(error?.code ?? "")")
    }
}
