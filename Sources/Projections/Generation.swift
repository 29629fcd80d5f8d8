internal import EventLog
internal import Foundation

/// Which generation of the read models is live: the file `CURRENT`, replaced by rename.
struct Generation: Sendable, Hashable {
    var number: Int
    /// Rises with every change of generation: folds into an older one are excluded by it.
    var epoch: Int

    static let first = Generation(number: 1, epoch: 1)

    static func path(_ folder: String, _ number: Int) -> String { "\(folder)/read-\(number).sqlite" }

    /// The live generation; nil where there is none yet or the file cannot be read.
    static func read(_ folder: String) -> Generation? {
        guard let text = try? String(contentsOfFile: folder + "/CURRENT", encoding: .utf8) else { return nil }
        let words = text.split(whereSeparator: \.isWhitespace)
        guard words.count == 4, words[0] == "generation", words[2] == "epoch", let number = Int(words[1]),
            let epoch = Int(words[3]), number > 0
        else { return nil }
        return Generation(number: number, epoch: epoch)
    }

    /// Makes this generation the live one.
    func activate(_ folder: String) throws {
        let temporary = folder + "/CURRENT.new"
        let bytes = Data("generation \(number)\nepoch \(epoch)\n".utf8)
        do {
            try bytes.write(to: URL(fileURLWithPath: temporary))
            let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: temporary))
            try handle.synchronize()
            try handle.close()
        } catch {
            throw EventLogError.storage(("写入 CURRENT ", "writing CURRENT"), "\(error.localizedDescription)")
        }
        guard rename(temporary, folder + "/CURRENT") == 0 else {
            throw EventLogError.storage(("写入 CURRENT ", "writing CURRENT"), String(cString: strerror(errno)))
        }
    }
}
