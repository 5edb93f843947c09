using SegFromScratch.Training.Images;

namespace SegFromScratch.Tests.Images;

/// <summary>Every picture of the data sets can be read, and its headers tell its size.</summary>
public class RealPictureTests
{
    [Test]
    public void All_are_read()
    {
        List<string> refused = [];
        foreach (string path in SharedPictures.All())
        {
            try
            {
                Image image = ImageFile.Read(path);
                if (ImageFile.ReadSize(path) != (image.Width, image.Height))
                    refused.Add($"{path}: the sizes differ");
            }
            catch (ImageFormatException error)
            {
                refused.Add(error.Message);
            }
        }

        Assert.That(refused, Is.Empty);
    }

    [Test]
    public void The_class_maps_of_CamVid_hold_classes_0_to_11()
    {
        string[] maps = [.. SharedPictures.All().Where(path => path.Contains("camvid", StringComparison.Ordinal) && path.Contains("annot", StringComparison.Ordinal))];
        if (maps.Length == 0)
            Assert.Ignore("CamVid is not among the data sets.");
        foreach (string path in maps)
            Assert.That(ImageFile.ReadMask(path).Labels.Max(), Is.LessThanOrEqualTo(11), path);
    }
}
