internal import EventLog
internal import Foundation
internal import SQLiteSupport

/// Which generation of the read models is live: the file `CURRENT`, replaced by rename.
package struct Generation: Sendable, Hashable {
    package var number: Int
    /// Rises with every change of generation: folds into an older one are excluded by it.
    package var epoch: Int

    static func path(_ folder: String, _ number: Int) -> String { "\(folder)/read-\(number).sqlite" }

    /// The generation after this one, or the first.
    static func next(after live: Generation?) -> Generation {
        Generation(number: (live?.number ?? 0) + 1, epoch: (live?.epoch ?? 0) + 1)
    }

    /// The live generation; nil where there is none yet or the file cannot be read.
    package static func read(_ folder: String) -> Generation? {
        let descriptor = open(folder + "/CURRENT", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        // What is longer is no such file.
        var bytes = [UInt8](repeating: 0, count: 64)
        let count = Foundation.read(descriptor, &bytes, bytes.count)
        guard count > 0, count < bytes.count else { return nil }
        let text = String(decoding: bytes[..<count], as: UTF8.self)
        let words = text.split(whereSeparator: \.isWhitespace)
        guard words.count == 4, words[0] == "generation", words[2] == "epoch", let number = Int(words[1]),
            let epoch = Int(words[3]), number > 0, number < Int(Int32.max), epoch > 0, epoch < Int(Int32.max)
        else { return nil }
        return Generation(number: number, epoch: epoch)
    }

    /// Makes this generation the live one; durable when it returns.
    func activate(_ folder: String) throws {
        let temporary = folder + "/CURRENT.new"
        let bytes = Array("generation \(number)\nepoch \(epoch)\n".utf8)
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        var fault: Int32 = descriptor < 0 ? errno : DurableFile.write(bytes, to: descriptor)
        if fault == 0 { fault = DurableFile.sync(descriptor) }
        if descriptor >= 0 { close(descriptor) }
        guard fault == 0 else {
            throw EventLogError.storage(("写入 CURRENT ", "writing CURRENT"), DurableFile.reason(fault))
        }
        guard rename(temporary, folder + "/CURRENT") == 0 else {
            throw EventLogError.storage(("写入 CURRENT ", "writing CURRENT"), DurableFile.reason(errno))
        }
        // The rename itself: before the old generation's file goes, the new name must last.
        let code = DurableFile.syncFolder(of: temporary)
        guard code == 0 else {
            throw EventLogError.storage(("写入 CURRENT ", "writing CURRENT"), DurableFile.reason(code))
        }
    }

    /// Refuses to go on where another generation has become the live one.
    package func requireLive(_ folder: String) throws {
        guard Generation.read(folder) != self else { return }
        throw EventLogError(
            .generationReplaced, chinese: "读模型的第 \(number) 代已被替换，未写入；请重试",
            english: "generation \(number) of the read models has been replaced, nothing was written; try again")
    }

    /// Removes what a rebuild that was cut off has left. For the holder of the rebuild's lock only.
    static func removeLeftovers(_ folder: String) {
        guard let live = read(folder), let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
            return
        }
        // A file's WAL may outlive it, where a reader was about to open it.
        for name in names where name.hasPrefix("read-") && name.contains(".sqlite") {
            guard let number = Int(name.dropFirst(5).prefix { $0 != "." }), number != live.number else { continue }
            DerivedDatabase.remove(path: path(folder, number))
        }
        DerivedDatabase.remove(path: nextFacts(folder))
    }

    /// Where facts are decoded anew before they take the place of `facts.sqlite`.
    static func nextFacts(_ folder: String) -> String { folder + "/facts-next.sqlite" }
}
