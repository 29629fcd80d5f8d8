import ArchiveTesting
import CreditArchive
import CreditModel
import Foundation
import Testing

@Suite("The keys of the service")
struct APIKeysTests {
    @Test("a key is taken as it was issued and kept as a hash, in a file of mode 0600")
    func issues() throws {
        let test = try TestArchive()
        let keys = APIKeys(test.folder, clock: test.clock.read)
        #expect(try keys.isEmpty())
        let scope = RecordingScope(sources: ["urn:platform:1"], regions: [try #require(RegionCode("419801"))])
        let (key, secret) = try keys.issue(name: "市平台", roles: [.recorder], scope: scope)
        #expect(try keys.principal(of: secret) == Principal(id: "key/\(key.id)", roles: [.recorder], scope: scope))
        // Another one, which has read the file before, sees the change.
        let other = APIKeys(test.folder, clock: test.clock.read)
        #expect(try other.principal(of: secret).id == "key/\(key.id)")
        try keys.revoke(key.id)
        #expect(throws: ArchiveError.self) { try other.principal(of: secret) }
        let path = test.folder.keys + "/api-keys.json"
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600)
    }

    @Test("many issued at once are all there")
    func concurrent() async throws {
        let test = try TestArchive()
        let secrets = try await withThrowingTaskGroup(of: String.self) { group in
            for number in 0..<20 {
                group.addTask {
                    try APIKeys(test.folder).issue(name: "\(number)", roles: [.auditor]).secret
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        let keys = APIKeys(test.folder)
        #expect(Set(try secrets.map { try keys.principal(of: $0).id }).count == 20)
    }

    @Test("a file that was damaged is an error, and no key is taken")
    func damaged() throws {
        let test = try TestArchive()
        let (_, secret) = try APIKeys(test.folder).issue(name: "x", roles: [.auditor])
        try Data("{".utf8).write(to: URL(fileURLWithPath: test.folder.keys + "/api-keys.json"))
        let error = #expect(throws: ArchiveError.self) { try APIKeys(test.folder).principal(of: secret) }
        #expect(error?.code == "record-damaged")
    }
}
