using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Engine.Numerics;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Layers.Models;
using SegFromScratch.Layers.Modules;
using SegFromScratch.Training.Runs;
using SegFromScratch.Training.Trainer;

namespace SegFromScratch.Tests.Layers;

/// <summary>What is chosen about a network: every setting reaches it and changes what it should.</summary>
public sealed class ModelSettingTests : IDisposable
{
    private const int Classes = 2;
    private const int Width = 4;
    private readonly CpuDevice _device = new(2);

    public void Dispose() => _device.Dispose();

    // Two pictures of even size, where the alignments differ; 128 is the least that the study's window takes.
    [TestCase("deeplabv3plus_xception", "relu_after_stem", "false")]
    [TestCase("deeplabv3plus_xception", "same_stem", "true")]
    [TestCase("deeplabv3plus_xception", "image_pooling_window", "4")]
    [TestCase("deeplabv3plus_xception", "enlargement", "half_pixel")]
    [TestCase("deeplabv3plus_xception", "enlargement", "nearest")]
    [TestCase("deeplabv3plus_xception", "decoder_convolutions", "1")]
    [TestCase("deeplabv3plus_xception", "keras_normalization", "true")]
    [TestCase("deeplabv3plus_xception", "glorot_start", "true")]
    [TestCase("deeplabv3plus_xception", "dropout_at_inference", "true")]
    [TestCase("deeplabv3plus_xception", "output_stride", "8")]
    [TestCase("deeplabv3plus_severstal", "enlargement", "corners")]
    [TestCase("deeplabv3plus_mobilenetv2_keras", "enlargement", "corners")]
    [TestCase("deeplabv2_resnet101", "multi_scale", "false")]
    public void A_setting_changes_the_logits(string model, string setting, string value)
    {
        var plain = new NamedOptions { Name = model };
        Assert.That(Logits(plain.With(setting, value)), Is.Not.EqualTo(Logits(plain)));
    }

    [Test]
    public void The_study_s_network_is_the_model_garden_s_with_its_settings()
    {
        NamedOptions same = new NamedOptions { Name = "deeplabv3plus_xception" }
            .With("convolution_bias", "true").With("glorot_start", "true").With("keras_normalization", "true").With("relu_after_stem", "false").With("same_stem", "true")
            .With("image_pooling_window", "8").With("enlargement", "nearest").With("decoder_convolutions", "1");
        Assert.That(Logits(same), Is.EqualTo(Logits(new NamedOptions { Name = "deeplabv3plus_severstal" })));
    }

    [Test]
    public void Dropout_at_inference_follows_the_seed_of_the_step_and_is_off_unless_asked_for()
    {
        var plain = new NamedOptions { Name = "deeplabv3plus_severstal" };
        NamedOptions dropping = plain.With("dropout_at_inference", "true");
        Assert.That(Logits(dropping, stepSeed: 1), Is.EqualTo(Logits(dropping, stepSeed: 1)));
        Assert.That(Logits(dropping, stepSeed: 1), Is.Not.EqualTo(Logits(dropping, stepSeed: 2)));
        Assert.That(Logits(plain, stepSeed: 1), Is.EqualTo(Logits(plain, stepSeed: 2)));
    }

    [Test]
    public void A_frozen_encoder_is_not_trained_and_a_free_one_is()
    {
        SegmentationModel frozen = Create(new NamedOptions { Name = "fcn_tensorflow" }), free = Create(new NamedOptions { Name = "fcn_tensorflow" }.With("frozen_encoder", "false"));
        Assert.That(frozen.Parameters().Where(p => !p.Parameter.IsTrained).Select(p => p.FullName), Is.EqualTo(frozen.Parameters().Take(26).Select(p => p.FullName)));
        Assert.That(frozen.Parameters().ElementAt(25).FullName, Is.EqualTo("conv5_3.bias"));
        Assert.That(free.Parameters().Select(p => p.Parameter.IsTrained), Is.All.True);
        Assert.That(free.TotalCount, Is.EqualTo(frozen.TotalCount));
    }

    [TestCase("false", true)]
    [TestCase("true", false)]
    public void Frozen_statistics_do_not_move_in_training(string frozen, bool moves)
    {
        SegmentationModel model = Create(new NamedOptions { Name = "deeplabv2_resnet101" }.With("frozen_statistics", frozen).With("multi_scale", "false"));
        Tensor mean = model.Parameters().First(p => p.FullName == "backbone.bn1.running_mean").Parameter.Value;
        float[] before = mean.ToArray();
        using (var step = new Step(_device, training: true))
            model.Forward(step, Image(step, 33, 33));
        Assert.That(!mean.ToArray().SequenceEqual(before), Is.EqualTo(moves));
    }

    [Test]
    public void The_first_head_of_several_scales_is_what_inference_gives_and_no_other_exceeds_it_where_scales_agree()
    {
        SegmentationModel model = Create(new NamedOptions { Name = "deeplabv2_resnet101" }.With("frozen_statistics", "true"));
        using var step = new Step(_device, training: false);
        Tensor image = Image(step, 65, 65);
        IReadOnlyList<WeightedLogits> heads = model.ForwardAll(step, image);
        float[] largest = heads[0].Logits.ToArray();
        Assert.That(heads, Has.Count.EqualTo(4));
        Assert.That(model.Forward(step, image).ToArray(), Is.EqualTo(largest));

        // The image's own logits are enlarged after the maximum was taken, which keeps their order.
        Assert.That(heads[1].Logits.ToArray().Zip(largest, (own, most) => own <= most + 1e-5f), Is.All.True);
    }

    [TestCase("unet", "pyramid_levels", "3", "unet has no free number of pyramid levels")]
    [TestCase("fcn_pyramid", "pyramid_levels", "6", "2 to 5 levels, not 6")]
    [TestCase("deeplabv3plus_severstal", "output_stride", "8", "deeplabv3plus_severstal has no free output stride")]
    [TestCase("deeplabv3plus_xception", "image_pooling_window", "-1", "not -1")]
    [TestCase("deeplabv3plus_xception", "decoder_convolutions", "9", "not 9")]
    public void An_impossible_setting_is_refused(string model, string setting, string value, string message) =>
        Assert.That(() => Create(new NamedOptions { Name = model }.With(setting, value)), Throws.ArgumentException.With.Message.Contains(message));

    [TestCase("enlargement", "cubic", "corners, half_pixel, nearest")]
    [TestCase("same_stem", "7", "true or false")]
    [TestCase("enlargment", "nearest", "did you mean 'enlargement'?")]
    public void A_setting_that_cannot_be_read_is_told(string setting, string value, string message) =>
        Assert.That(() => ModelChoicesReader.Read(new NamedOptions { Name = "deeplabv3plus_xception" }.With(setting, value)), Throws.InstanceOf<ConfigurationException>().With.Message.Contains(message));

    [Test]
    public void Every_setting_can_be_given_to_some_network()
    {
        IEnumerable<string> offered = ModelCatalog.Models.Keys.SelectMany(ModelCatalog.SettingsOf).Select(setting => setting.Name).Distinct();
        Assert.That(offered, Is.EquivalentTo(ModelSettings.All.Select(setting => setting.Name)));
    }

    private SegmentationModel Create(NamedOptions model) =>
        ModelCatalog.Create(model.Name, _device, Classes, ModelChoicesReader.Read(model) with { BaseFilters = model.Name == "fcn_pyramid" || model.Name == "unet" ? null : Width }, 1);

    private float[] Logits(NamedOptions network, ulong stepSeed = 0)
    {
        SegmentationModel model = Create(network);
        using var step = new Step(_device, training: false, seed: stepSeed);
        return model.Forward(step, Image(step, 128, 144)).ToArray();
    }

    private static Tensor Image(Step step, int height, int width)
    {
        var shape = new TensorShape(1, 3, height, width);
        var random = new SplitMix64(5);
        var values = new float[shape.Elements];
        for (int i = 0; i < values.Length; i++)
            values[i] = (float)random.Normal();
        return step.Input(shape, values, "image");
    }
}
