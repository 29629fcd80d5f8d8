import ArchiveServer
import ArchiveTesting
import CreditArchive
import Foundation
import Testing
import TransparencyLog

@Suite("The log for outside verifiers")
struct LogRouteTests {
    @Test("a client with the key alone checks an entry, the tree and its growth by what is served")
    func verifier() async throws {
        let test = try TestArchive()
        let verifier = try NoteVerifier(test.verifierKey)
        try await ServedArchive.serving(test) { served in
            func checkpoint() async throws -> (note: [UInt8], head: Checkpoint) {
                let answer = try await served.get("/checkpoint")
                #expect(answer.headers["content-type"] == "text/plain; charset=utf-8")
                #expect(answer.headers["cache-control"] == "public, max-age=2")
                let note = try Note(parsing: answer.body)
                #expect(try note.verify(trusting: [verifier]).count == 1)
                return (answer.body, try Checkpoint(text: note.text))
            }
            try await served.post((1...299).map { Sample.body($0) })
            #expect(try await served.request("POST", "/v1/checkpoints").status == 201)
            let first = try await checkpoint()
            #expect(first.head.size == 300)
            #expect(try await served.get("/checkpoint", ["If-None-Match": "\"300\""]).status == 304)
            try await served.post((300...350).map { Sample.body($0) })
            #expect(try await served.request("POST", "/v1/checkpoints").status == 201)
            let second = try await checkpoint()

            // The tiles of both sizes give their roots, the partial ones of the older size too.
            for head in [first.head, second.head] {
                var leaves: [Digest32] = []
                for index in 0...UInt64(1) {
                    let width = min(256, Int(head.size) - Int(index) * 256)
                    let tile = try #require(TileCoordinate(level: 0, index: index, width: width))
                    let answer = try await served.get("/" + tile.path)
                    #expect(answer.status == 200 && answer.body.count == width * 32)
                    #expect(answer.headers["content-type"] == "application/octet-stream")
                    #expect(answer.headers["cache-control"] == "public, max-age=31536000, immutable")
                    leaves += stride(from: 0, to: answer.body.count, by: 32).compactMap {
                        Digest32(Array(answer.body[$0..<$0 + 32]))
                    }
                    let bundle = try #require(TileCoordinate(entries: index, width: width))
                    let entries = try EntryBundle.entries(
                        of: await served.get("/" + bundle.path).body, width: width)
                    for (entry, leaf) in zip(entries, leaves.suffix(width)) {
                        #expect(Array(entry).withUnsafeBytes { MerkleHash.leaf($0) } == leaf)
                    }
                }
                var tree = TreeBuilder()
                for leaf in leaves { tree.append(leaf) { _ in } }
                #expect(tree.root() == head.root)
            }
            let proof = try await served.get("/v1/consistency?from=300&to=\(second.head.size)")
            let outcome = try ConsistencyVerification.verify(
                proof.body, old: first.note, new: second.note, verifierKeys: [test.verifierKey])
            #expect(outcome.new.size == 351)
            let receipt = try await served.get("/v1/receipts/17")
            #expect(try ReceiptVerification.verify(receipt.body, verifierKey: test.verifierKey).index == 17)
            let bare = try await served.get("/v1/receipts/17?entry=0")
            #expect(try TlogProof(parsing: bare.body).extra == nil)
        }
    }

    @Test("what the log does not have yet, or never had, is not found")
    func absent() async throws {
        try await ServedArchive.serving { served in
            for path in [
                "/tile/0/000", "/tile/0/000.p/2", "/tile/1/000.p/1", "/tile/entries/001.p/1", "/tile/0/x001/000",
            ] {
                try await served.get(path).expectProblem(404, "tile-not-yet", path)
            }
            for path in ["/tile/0/0", "/tile/0/000.p/0", "/tile/0/000.p/256", "/tile/65/000", "/tile/0/x000/000"] {
                try await served.get(path).expectProblem(404, "tile-path-malformed", path)
            }
            #expect(try await served.get("/tile/0/000.p/1").body.count == 32)
            try await served.get("/v1/receipts/5").expectProblem(404, "entry-not-found")
            try await served.get("/v1/consistency").expectProblem(400, "parameter-malformed")
            try await served.get("/v1/consistency?from=2&to=9").expectProblem(400, "size-outside")
        }
    }

    @Test("checkpoints of what was appended are signed by themselves")
    func periodic() async throws {
        try await ServedArchive.serving(settings: .quick { $0.checkpointSeconds = 1 }) { served in
            try await served.post([Sample.body(1)])
            var size = ""
            for _ in 0..<100 where size != "2" {
                try await Task.sleep(for: .milliseconds(50))
                size = String(try await served.get("/checkpoint").text.split(separator: "\n")[1])
            }
            #expect(size == "2")
        }
    }
}
