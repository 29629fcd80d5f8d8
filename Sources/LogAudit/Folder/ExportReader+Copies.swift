internal import TransparencyLog

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#elseif canImport(Darwin)
internal import Darwin
#endif

/// The other copies of a bundle: partial bundles, and the file of lines.
extension ExportReader {
    /// Holds the partial bundles of the published sizes against the bundle, which they begin.
    func comparePartialBundles(_ index: UInt64, _ ends: [Int]) {
        for size in partialSizes(index << 8..<(index << 8) + UInt64(ends.count)) {
            let width = TileCoordinate.partialWidth(size: size, level: 0)
            // The widest of the last bundle is the one that was read.
            guard width < ends.count, let partial = TileCoordinate(entries: index, width: width) else { continue }
            do throws(StorageFault) {
                let length = ends[width - 1]
                guard try log.folder.read(partial.path, limit: width * Int(ExportReader.entryByteLimit), into: copy)
                else {
                    findings.add(.tileMissing, at: index << 8, partial.path)
                    continue
                }
                let begin = UnsafeRawBufferPointer(rebasing: bundle.content[..<length])
                if !ExportReader.isSame(copy.content, begin) {
                    let detail = "\(partial.path) is not the beginning of its bundle"
                    findings.add(.partialAltered, at: index << 8, detail)
                }
            } catch {
                findings.add(error.finding, at: index << 8, error.message)
            }
        }
    }

    /// Holds the lines of the bundle's entries against them.
    ///
    /// - Returns: where the next bundle's lines begin; nil where these differ, so that one difference is told once.
    func compareLines(at start: UInt64, _ ends: [Int], _ index: UInt64) -> UInt64? {
        guard let lines else { return nil }
        copy.resize(bundle.count - ends.count)
        do throws(StorageFault) {
            let count = try lines.read(into: copy.bytes, at: start)
            var (from, place) = (0, 0)
            for (item, end) in ends.enumerated() {
                let entry = UnsafeRawBufferPointer(rebasing: bundle.content[from + 2..<end])
                let lineEnd = place + entry.count
                guard lineEnd < count, copy.bytes[lineEnd] == UInt8(ascii: "\n"),
                    ExportReader.isSame(entry, UnsafeRawBufferPointer(rebasing: copy.content[place..<lineEnd]))
                else {
                    let position = (index << 8) + UInt64(item)
                    let detail = "line \(position + 1) of \(ExportFile.events) is not entry \(position)"
                    findings.add(.eventsDiffer, at: position, detail)
                    return nil
                }
                (from, place) = (end, lineEnd + 1)
            }
            return start + UInt64(place)
        } catch {
            findings.add(error.finding, at: index << 8, error.message)
            return nil
        }
    }

    private static func isSame(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Bool {
        guard left.count == right.count else { return false }
        guard let first = left.baseAddress, let second = right.baseAddress else { return left.isEmpty }
        return memcmp(first, second, left.count) == 0
    }
}
